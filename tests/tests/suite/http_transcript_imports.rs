//! Transcripts of other systems: twelve real calls, from a file to what is answered of them.

use std::io::{Cursor, Read};

use api::people::DEMO_ORG;
use domain::call::{Call, CallCommand, Direction, EndStatus, HistoricCall};
use domain::transcript_format::from_azure;
use domain::{CallId, OrgId, SubjectId, Timestamp};
use event_store::{Actor, ActorKind};
use flate2::read::GzDecoder;
use processes::Commands;
use processes::commands::Order;
use processes::ids;
use processes::import::transcripts::{
    Importer, Rejection, TranscriptReport, import_lines, import_one,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::http_kit::{Server, commands, context};

const CALLS: &[u8] = include_bytes!("../../data/switchboard-sample/sw_calls.jsonl.gz");
const EXPECTED: &str = include_str!("../../data/switchboard-sample/expected.json");
const AZURE: &str = include_str!("../../data/azure-conversation/Json_input_customer_support.json");

fn importer() -> Importer {
    let actor = Actor { kind: ActorKind::System, id: "import".to_owned(), role: None };
    Importer { org: OrgId::from(DEMO_ORG), actor, correlation: Uuid::from_u128(1) }
}

/// A call of the old system, so many days after the first of March, that was answered for so long.
async fn historic(commands: &Commands, source_id: &str, (day, duration_ms): (i64, i64)) -> CallId {
    let org = OrgId::from(DEMO_ORG);
    let call = ids::imported_call(commands.keyring(), org, "switchboard", source_id).await;
    let call = call.expect("an id");
    let began = Timestamp::from_millis(1_772_323_200_000 + day * 86_400_000);
    let historic = HistoricCall {
        source: "switchboard".to_owned(),
        source_id: source_id.to_owned(),
        direction: Direction::Inbound,
        subject: SubjectId::from(call.uuid()),
        from: None,
        to: None,
        created_at: began,
        answered_at: Some(began),
        ended_at: began.plus_ms(duration_ms),
        end_status: EndStatus::Completed,
        wait_ms: None,
        talk_ms: None,
        hold_ms: None,
        wrap_ms: None,
        agent_label: None,
        queue_label: None,
        campaign_label: None,
        attempt_no: None,
        disposition: None,
        meaning: None,
        resolved: None,
        rating: None,
        tags: Vec::new(),
        test: false,
        metadata: serde_json::Map::new(),
    };
    let order = Order::<Call>::silent(context(DEMO_ORG));
    let command = CallCommand::ImportHistoric(Box::new(historic));
    commands.carry_out(order, call.uuid(), command).await.expect("a call");
    call
}

/// The corpus as lines of ours: channel 1 called, channel 2 was called.
fn lines() -> (Vec<Value>, String) {
    let mut text = String::new();
    GzDecoder::new(CALLS).read_to_string(&mut text).expect("the corpus");
    let calls: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let lines = calls.iter().map(|call| {
        let segments = call["segments"].as_array().expect("segments").iter().map(|said| {
            let speaker = if said["channel"] == 1 { "customer" } else { "agent" };
            json!({ "speaker": speaker, "start_ms": said["start_ms"], "end_ms": said["end_ms"],
                    "text": said["clean"], "provider_segment_id": said["index"].to_string() })
        });
        json!({ "source": "switchboard", "source_id": call["call"], "language": "en",
                "segments": segments.collect::<Vec<_>>() })
        .to_string()
    });
    let lines = lines.collect::<Vec<_>>().join("\n");
    (calls, lines)
}

async fn import(commands: &Commands, text: &str) -> (TranscriptReport, Vec<(u64, String)>) {
    let mut rejected = Vec::new();
    let told = |line, error: &Rejection| rejected.push((line, error.to_string()));
    let report = import_lines(commands, &importer(), Cursor::new(text.to_owned()), told).await;
    (report.expect("an import"), rejected)
}

/// What was said in a call, of every page, and how it was shared.
async fn whole(server: &Server, call: CallId) -> (Vec<Value>, Value) {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/calls/{call}/transcript?limit=100{cursor}");
        let page = server.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        items.extend(page.body["items"].as_array().expect("items").iter().cloned());
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (items, page.body["speech"].clone()),
        }
    }
}

/// Twelve real calls that were brought in, one a day, with what was found in them.
pub(crate) async fn twelve(server: &Server) -> Vec<(String, CallId)> {
    let commands = commands(server).await;
    let (calls, lines) = lines();
    let mut ids = Vec::new();
    for (day, call) in calls.iter().enumerate() {
        let (name, ms) = (call["call"].as_str().expect("a name"), call["duration_ms"].as_i64());
        let call = historic(&commands, name, (i64::try_from(day).expect("few"), ms.expect("ms")));
        ids.push((name.to_owned(), call.await));
    }
    let (report, rejected) = import(&commands, &lines).await;
    assert_eq!((report.imported, report.rejected), (12, 0), "{rejected:?}");
    let (again, _) = import(&commands, &lines).await;
    assert_eq!((again.imported, again.already_there), (0, 12));
    server.settle().await;
    for (_, call) in &ids {
        let path = format!("/api/v1/sentiment/calls/{call}");
        server.until(&path, |run| run["run_id"].is_string()).await;
    }
    server.settle().await;
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_real_calls_are_answered_to_the_millisecond_and_the_fourth_decimal() {
    let server = Server::start().await;
    let expected: Value = serde_json::from_str(EXPECTED).expect("JSON");
    for (name, call) in twelve(&server).await {
        let expected = &expected[&name];
        let (items, speech) = whole(&server, call).await;
        assert_eq!(
            items.len(),
            expected["vader_compound"].as_array().map_or(0, Vec::len),
            "{name}"
        );
        for field in ["duration_ms", "overlap_ms", "silence_ms", "longest_silence_ms", "turns"] {
            assert_eq!(speech[field], expected[field], "{name} {field}");
        }
        for field in ["talk_ms", "longest_monologue_ms", "words"] {
            let [customer, agent] = [0, 1].map(|one| &speech["speakers"][one][field]);
            assert_eq!(json!([customer, agent]), expected[field], "{name} {field}");
        }
        let path = format!("/api/v1/sentiment/calls/{call}");
        let run = server.get(&path).await.body;
        let scores: Vec<&Value> = run["utterances"]
            .as_array()
            .expect("utterances")
            .iter()
            .map(|one| &one["score"])
            .collect();
        let should: Vec<&Value> =
            expected["vader_compound"].as_array().expect("scores").iter().collect();
        assert_eq!(scores.len(), should.len(), "{name}");
        for (score, should) in scores.into_iter().zip(should) {
            let apart = score.as_f64().zip(should.as_f64()).map(|(a, b)| (a - b).abs());
            assert!(apart.is_some_and(|apart| apart < 0.000_05), "{name}: {score} is not {should}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_cannot_be_taken_keeps_no_other_one_from_it() {
    let server = Server::start().await;
    let commands = commands(&server).await;
    let call = historic(&commands, "one", (0, 60_000)).await;
    let line = |call: &str, text: &str| {
        let said = json!({ "speaker": "agent", "start_ms": 0, "end_ms": 9, "text": text });
        json!({ "call_id": call, "segments": [said] }).to_string()
    };
    let good = line(&call.to_string(), "hello");
    let nobody = line("01890000-0000-7000-8000-000000000009", "hello");
    let empty = line(&call.to_string(), "");
    let late = good.replace("\"start_ms\":0", "\"start_ms\":1");
    let text = [&nobody, "", "{", &empty, &good, &late].map(str::to_owned).join("\n");
    let (report, rejected) = import(&commands, &text).await;
    assert_eq!(report, TranscriptReport { imported: 1, already_there: 0, rejected: 4 });
    let lines: Vec<u64> = rejected.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 3, 4, 6], "{rejected:?}");
    assert_eq!(rejected[0].1, "there is no such call");
    assert!(rejected[2].1.starts_with("/segments/0/text"), "{rejected:?}");
    assert!(rejected[3].1.contains("complete"), "{rejected:?}");
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut told = Vec::new();
    let mut bytes = utf16;
    bytes.push(b'\n');
    bytes.extend(vec![b'x'; (16 << 20) + 2]);
    bytes.extend(format!("\n{good}").bytes());
    let input = Cursor::new(bytes);
    let note = |line, error: &Rejection| told.push((line, error.to_string()));
    let report = import_lines(&commands, &importer(), input, note).await.expect("an import");
    assert_eq!((report.already_there, report.rejected), (1, 2), "{told:?}");
    assert_eq!(told[1], (2, "it is longer than 16 MiB".to_owned()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendors_document_becomes_a_transcript_in_its_order() {
    let server = Server::start().await;
    let commands = commands(&server).await;
    let call = historic(&commands, "one", (0, 60_000)).await;
    let spoken = from_azure(AZURE).expect("the document");
    let taken = import_one(&commands, &importer(), call, spoken.clone()).await.expect("taken");
    assert!(matches!(taken, Ok(true)), "{taken:?}");
    let again = import_one(&commands, &importer(), call, spoken).await.expect("taken");
    assert!(matches!(again, Ok(false)), "{again:?}");
    server.settle().await;
    let (items, speech) = whole(&server, call).await;
    assert_eq!((items.len(), speech), (17, Value::Null), "nobody has said who spoke when");
    assert_eq!(items[16]["text"], "you're welcome! Have a nice day!");
    let path = format!("/api/v1/sentiment/calls/{call}");
    let run = server.until(&path, |run| run["run_id"].is_string()).await;
    assert_eq!(run["language"], "en");
    server.stop().await;
}
