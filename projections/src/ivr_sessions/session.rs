//! One passage of a call through a flow, as its facts leave it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::Timestamp;
use domain::call::{CallEvent, InputType};
use uuid::Uuid;

/// The events that move it.
pub(super) const READS: [&str; 4] =
    ["CallEnteredIvr", "IvrMenuEntered", "IvrInputReceived", "IvrExited"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub org_id: Uuid,
    pub call_id: Uuid,
    pub session: i32,
    pub flow_id: Uuid,
    pub flow_version: i32,
    pub entered_at: DateTime<Utc>,
    pub exited_at: Option<DateTime<Utc>>,
    pub outcome: Option<String>,
    /// In which menu the caller is.
    pub menu_id: Option<Uuid>,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
}

/// What was heard in a menu, and said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Menu {
    pub visits: i32,
    pub inputs: i32,
    pub matched: i32,
    pub timeouts: i32,
    /// The caller left the flow from here.
    pub exited: bool,
    pub ms: i64,
}

/// A session with its menus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Passage {
    pub session: Session,
    pub menus: BTreeMap<Uuid, Menu>,
}

impl Passage {
    /// The passage that a fact begins, after so many others of the call.
    pub(super) fn begun(of: (Uuid, Uuid), before: i32, event: &CallEvent) -> Option<Self> {
        let CallEvent::CallEnteredIvr { flow_id, flow_version, at } = event else { return None };
        let session = Session {
            org_id: of.0,
            call_id: of.1,
            session: before + 1,
            flow_id: flow_id.uuid(),
            flow_version: i32::try_from(*flow_version).unwrap_or(i32::MAX),
            entered_at: (*at).into(),
            exited_at: None,
            outcome: None,
            menu_id: None,
            since: None,
        };
        Some(Self { session, menus: BTreeMap::new() })
    }

    pub(super) fn fold(&mut self, event: &CallEvent) {
        if let CallEvent::IvrMenuEntered { menu_id, at, .. } = event {
            self.leave(*at);
            self.menu(menu_id.uuid()).visits += 1;
            (self.session.menu_id, self.session.since) = (Some(menu_id.uuid()), Some((*at).into()));
        } else if let CallEvent::IvrInputReceived { menu_id, input_type, matched_option, .. } =
            event
        {
            let menu = self.menu(menu_id.uuid());
            match input_type {
                InputType::Timeout => menu.timeouts += 1,
                InputType::Dtmf | InputType::Speech => {
                    menu.inputs += 1;
                    menu.matched += i32::from(matched_option.is_some());
                }
            }
        } else if let CallEvent::IvrExited { outcome, at, .. } = event {
            if let Some(last) = self.leave(*at) {
                last.exited = true;
            }
            self.session.exited_at = Some((*at).into());
            self.session.outcome = Some(outcome.word().to_owned());
        }
    }

    fn menu(&mut self, id: Uuid) -> &mut Menu {
        self.menus.entry(id).or_default()
    }

    /// Out of the menu in which the caller is.
    fn leave(&mut self, at: Timestamp) -> Option<&mut Menu> {
        let (id, since) = (self.session.menu_id.take()?, self.session.since.take()?);
        let menu = self.menu(id);
        menu.ms += DateTime::<Utc>::from(at).signed_duration_since(since).num_milliseconds().max(0);
        Some(menu)
    }
}
