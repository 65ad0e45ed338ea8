//! Why an agent takes no calls.

use super::*;

#[test]
fn whoever_takes_no_calls_says_why_where_the_organization_wants_to_know() {
    let there = available(1, []);
    let wish = |presence, reason_code: Option<&str>| AgentCommand::SetPresence {
        presence,
        reason_code: reason_code.map(str::to_owned),
        note: None,
        reason_codes: vec!["lunch".to_owned(), "meeting".to_owned()],
        by: PresenceBy::Agent,
        eligible: true,
        session_id: None,
        at: at(2),
    };
    for presence in [Presence::Break, Presence::Busy, Presence::Training] {
        let refusal = there.decide(wish(presence, None)).unwrap_err();
        assert_eq!(refusal.code(), "reason-code-required");
        let refusal = there.decide(wish(presence, Some("nap"))).unwrap_err();
        assert_eq!(
            (refusal.code(), refusal.pointer()),
            ("validation-failed", Some("/reason_code"))
        );
        assert!(there.decide(wish(presence, Some("lunch"))).is_ok());
    }
    assert!(there.decide(wish(Presence::Offline, None)).is_ok());
}

#[test]
fn a_field_that_is_wrong_is_named() {
    let skill = |name: &str, level| Skill { name: name.to_owned(), level };
    let mut wrong = vec![
        (Profile { display_name: String::new(), ..profile() }, "/display_name"),
        (Profile { max_concurrent_calls: 0, ..profile() }, "/max_concurrent_calls"),
        (Profile { max_concurrent_calls: 11, ..profile() }, "/max_concurrent_calls"),
        (Profile { skills: vec![skill("a", 0)], ..profile() }, "/skills"),
        (Profile { skills: vec![skill("a", 1), skill("a", 2)], ..profile() }, "/skills"),
        (
            Profile { wrap_up: WrapUp { seconds: 3_601, ..WrapUp::DEFAULT }, ..profile() },
            "/wrap_up/seconds",
        ),
    ];
    for address in ["ann", "client:", "sip:ann", "sip:a@b@c", "tel:+14155550100", "4155550100"] {
        wrong.push((Profile { address: address.to_owned(), ..profile() }, "/address"));
    }
    let long = format!("en-{}", ["abcdefgh"; 5].join("-"));
    for language in ["e", "english", "en_US", "en-", "én", &long] {
        let languages = vec![language.to_owned()];
        wrong.push((Profile { languages, ..profile() }, "/languages"));
    }
    wrong.push((
        Profile { languages: vec!["en".to_owned(), "EN".to_owned()], ..profile() },
        "/languages",
    ));
    for (profile, pointer) in wrong {
        let user_id = UserId::from(Uuid::from_u128(7));
        let create = AgentCommand::Create { user_id, eligible: true, profile, at: at(0) };
        let refused = Agent::default().decide(create);
        assert_eq!(refused.unwrap_err().pointer(), Some(pointer));
    }
    for address in ["client:a.b_c-1", "sip:ann@pbx.example", "+14155550100"] {
        let right = Profile { address: address.to_owned(), ..profile() };
        assert!(ProfileChanges::from(right).checked().is_ok(), "{address}");
    }
    for code in ["", "Lunch", "a b", "missed", &"x".repeat(33)] {
        let command = AgentCommand::SetPresence {
            presence: Presence::Break,
            reason_code: Some(code.to_owned()),
            note: None,
            by: PresenceBy::Agent,
            eligible: true,
            reason_codes: Vec::new(),
            session_id: None,
            at: at(1),
        };
        let refusal = available(1, []).decide(command).unwrap_err();
        assert_eq!(refusal.pointer(), Some("/reason_code"), "{code}");
    }
}
