//! What is set about an agent, and what may be.

use serde::{Deserialize, Serialize};

use crate::call::WrapUp;
use crate::{FieldFault, PhoneNumber, text};

/// Calls that an agent may have at once at most.
pub const MAX_CALLS: u8 = 10;
const MAX_LANGUAGES: usize = 20;
const LEVELS: std::ops::RangeInclusive<u8> = 1..=5;

/// Something that an agent can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Skill {
    /// What.
    pub name: String,
    /// How well, from 1 to 5.
    #[cfg_attr(feature = "utoipa", schema(minimum = 1, maximum = 5))]
    pub level: u8,
}

/// What an agent is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// How they are called.
    pub display_name: String,
    /// Where they are called: `client:name`, `sip:user@host` or a number in E.164.
    pub address: String,
    /// Calls at once, 1 to 10.
    pub max_concurrent_calls: u8,
    /// What they can do.
    pub skills: Vec<Skill>,
    /// What they speak, as in BCP 47.
    pub languages: Vec<String>,
    /// Their time after a call, where nothing nearer to the call says otherwise.
    pub wrap_up: WrapUp,
}

/// What is different from now on; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of Profile")]
pub struct ProfileChanges {
    pub display_name: Option<String>,
    pub address: Option<String>,
    pub max_concurrent_calls: Option<u8>,
    pub skills: Option<Vec<Skill>>,
    pub languages: Option<Vec<String>>,
    pub wrap_up: Option<WrapUp>,
}

impl ProfileChanges {
    /// Whether an agent may be like this.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn checked(&self) -> Result<(), FieldFault> {
        if let Some(name) = &self.display_name {
            FieldFault::of_text("/display_name", text::label(name))?;
        }
        self.address.as_deref().map_or(Ok(()), address)?;
        if self.max_concurrent_calls.is_some_and(|calls| !(1..=MAX_CALLS).contains(&calls)) {
            let words = "from 1 to 10 calls at once";
            return Err(FieldFault::new("/max_concurrent_calls", "out-of-range", words));
        }
        if let Some(skills) = &self.skills {
            let names: Vec<String> = skills.iter().map(|skill| skill.name.clone()).collect();
            FieldFault::of_text("/skills", text::tags(&names))?;
            if skills.iter().any(|skill| !LEVELS.contains(&skill.level)) {
                let words = "a skill's level is from 1 to 5";
                return Err(FieldFault::new("/skills", "out-of-range", words));
            }
        }
        self.languages.as_deref().map_or(Ok(()), languages)?;
        self.wrap_up.map_or(Ok(()), WrapUp::checked)
    }
}

impl From<Profile> for ProfileChanges {
    fn from(profile: Profile) -> Self {
        let Profile { display_name, address, max_concurrent_calls, skills, languages, wrap_up } =
            profile;
        Self {
            display_name: Some(display_name),
            address: Some(address),
            max_concurrent_calls: Some(max_concurrent_calls),
            skills: Some(skills),
            languages: Some(languages),
            wrap_up: Some(wrap_up),
        }
    }
}

fn address(address: &str) -> Result<(), FieldFault> {
    let fault = |words| Err(FieldFault::new("/address", "invalid-address", words));
    FieldFault::of_text("/address", text::line(address, text::MAX_LINE))?;
    let plain = |text: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        !text.is_empty() && text.bytes().all(known)
    };
    let known = match address.split_once(':') {
        Some(("client", name)) => plain(name),
        Some(("sip", rest)) => {
            rest.split_once('@').is_some_and(|(user, host)| plain(user) && plain(host))
        }
        Some(_) => false,
        None => PhoneNumber::parse(address).is_ok_and(|number| number.as_str() == address),
    };
    match known {
        true => Ok(()),
        false => fault("an address is client:name, sip:user@host or a number such as +14155550100"),
    }
}

/// Tags of languages, each once.
fn languages(languages: &[String]) -> Result<(), FieldFault> {
    let fault = |reason, words| Err(FieldFault::new("/languages", reason, words));
    if languages.len() > MAX_LANGUAGES {
        return fault("too-many", "at most 20 languages");
    }
    for (place, language) in languages.iter().enumerate() {
        FieldFault::of_text("/languages", text::language(language))?;
        if languages.iter().take(place).any(|other| other.eq_ignore_ascii_case(language)) {
            return fault("repeated", "a language is there twice");
        }
    }
    Ok(())
}
