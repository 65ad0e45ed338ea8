//! A window without scripts: it keeps cookies and follows nothing by itself.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};

use crate::http_kit::Server;

/// A window.
pub(super) struct Window {
    client: Client,
    base: String,
    cookies: BTreeMap<String, String>,
    /// Every line that has set a cookie.
    pub set: Vec<String>,
}

/// A page.
pub(super) struct Seen {
    pub status: u16,
    pub text: String,
    pub location: String,
    pub policy: String,
}

impl Window {
    pub fn open(server: &Server) -> Self {
        let client = Client::builder().redirect(Policy::none()).user_agent("a window");
        Self {
            client: client.build().expect("a client"),
            base: format!("http://{}", server.address()),
            cookies: BTreeMap::new(),
            set: Vec::new(),
        }
    }

    /// Somebody has signed in.
    pub async fn entered(server: &Server, role: domain::Role) -> Self {
        let mut window = Self::open(server);
        let person = server.people().iter().find(|person| person.role == role).expect("a person");
        let (email, password) = (person.email.clone(), person.password.clone());
        let form = [("email", email.as_str()), ("password", password.as_str())];
        let entered = window.post("/console/sign-in", &form, &[OURS]).await;
        assert_eq!((entered.status, entered.location.as_str()), (303, "/console"));
        window
    }

    pub async fn get(&mut self, path: &str) -> Seen {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Seen {
        let request = self.client.get(format!("{}{path}", self.base));
        self.send(request, headers).await
    }

    pub async fn post(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Seen {
        let request = self.client.post(format!("{}{path}", self.base)).form(form);
        self.send(request, headers).await
    }

    /// Loses one of its cookies.
    pub fn lose(&mut self, name: &str) -> Option<String> {
        self.cookies.remove(name)
    }

    pub fn keep(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    async fn send(&mut self, mut request: RequestBuilder, headers: &[(&str, &str)]) -> Seen {
        let pairs: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !pairs.is_empty() {
            request = request.header(COOKIE, pairs.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        for line in answer.headers().get_all(SET_COOKIE) {
            let line = line.to_str().expect("a text");
            self.set.push(line.to_owned());
            let (pair, _) = line.split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a value");
            match line.contains("Max-Age=0") {
                true => drop(self.cookies.remove(name)),
                false => self.keep(name, value),
            }
        }
        let header = |name: &str| {
            let value = answer.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (location, policy) = (header("location"), header("content-security-policy"));
        let status = answer.status().as_u16();
        Seen { status, location, policy, text: answer.text().await.expect("a text") }
    }
}

/// What a browser says of a form of the same site.
pub(super) const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");
