//! What crosses the wire, letter by letter. A change here breaks clients that are out there: additions are fine,
//! other changes need a new address.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at what it does not expect"
)]

use std::fmt::Debug;

use deskbell_protocol::*;
use insta::assert_snapshot;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The JSON of `value`, which reads back as the same value.
fn wire<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> String {
    let json = serde_json::to_string(value).unwrap();
    assert_eq!(serde_json::from_str::<T>(&json).unwrap(), *value);
    json
}

fn write() -> WriteId {
    WriteId::new("0123456789abcdef").unwrap()
}

fn conversation() -> ConversationId {
    ConversationId::new("fedcba9876543210").unwrap()
}

fn site() -> SiteKey {
    SiteKey::new("fern").unwrap()
}

fn sam() -> AgentName {
    AgentName {
        id: AgentId::new("sam").unwrap(),
        name: "Sam".to_owned(),
    }
}

fn text(text: &str) -> MessageText {
    MessageText::new(text).unwrap()
}

fn hint(verdict: Verdict) -> TriageHint {
    TriageHint {
        reading: Reading {
            intent: IntentId::new("track_order").unwrap(),
            confidence: 0.5,
            sentiment: Sentiment::Negative,
            sentiment_scores: SentimentScores {
                negative: 0.75,
                neutral: 0.25,
                positive: 0.0,
            },
        },
        verdict,
        read_on: ReadOn::Device,
        millis: 1.5,
    }
}

fn event(body: EventBody) -> String {
    wire(&Event {
        seq: 2,
        at: 1_700_000_000_000,
        write: write(),
        body,
    })
}

#[test]
fn customers_events() {
    assert_snapshot!(event(EventBody::Opened {
        site: site(),
        language: Some("en".to_owned()),
        page: Some("https://fern.example/".to_owned()),
    }), @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"opened","site":"fern","language":"en","page":"https://fern.example/"}"#);
    assert_snapshot!(event(EventBody::Opened { site: site(), language: None, page: None }),
        @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"opened","site":"fern"}"#);
    assert_snapshot!(event(EventBody::CustomerMessage {
        text: text("where is my parcel??\norder 1042"),
        triage: Some(hint(Verdict::Bot(AnswerReason::Routine))),
    }), @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"customer_message","text":"where is my parcel??\norder 1042","triage":{"intent":"track_order","confidence":0.5,"sentiment":"negative","sentiment_scores":{"negative":0.75,"neutral":0.25,"positive":0.0},"decision":"bot","reason":"routine","read_on":"device","millis":1.5}}"#);
    assert_snapshot!(event(EventBody::CustomerMessage { text: text("hi"), triage: None }),
        @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"customer_message","text":"hi"}"#);
    assert_snapshot!(event(EventBody::Feedback { answer: 3, helped: false }),
        @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"feedback","answer":3,"helped":false}"#);
    assert_snapshot!(event(EventBody::Escalated { reason: EscalationReason::AskedForHuman }),
        @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"escalated","reason":"asked_for_human"}"#);
    assert_snapshot!(event(EventBody::ContactLeft {
        contact: ContactText::new("ann@example.org").unwrap(),
    }), @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"contact_left","contact":"ann@example.org"}"#);
}

#[test]
fn answers_of_the_bot_and_of_people() {
    assert_snapshot!(event(EventBody::BotMessage {
        text: "Hello!".to_owned(),
        suggestions: vec!["Talk to a person".to_owned()],
        intent: Some(IntentId::new("greeting").unwrap()),
        offers_human: false,
        discloses_bot: true,
    }), @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"bot_message","text":"Hello!","suggestions":["Talk to a person"],"intent":"greeting","offers_human":false,"discloses_bot":true}"#);
    assert_snapshot!(event(EventBody::BotMessage {
        text: "Hm.".to_owned(),
        suggestions: Vec::new(),
        intent: None,
        offers_human: true,
        discloses_bot: false,
    }), @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"bot_message","text":"Hm.","offers_human":true,"discloses_bot":false}"#);
    assert_snapshot!(event(EventBody::Claimed { agent: sam() }),
        @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"claimed","agent":{"id":"sam","name":"Sam"}}"#);
    assert_snapshot!(event(EventBody::AgentMessage { agent: sam(), text: text("Hello") }),
        @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"agent_message","agent":{"id":"sam","name":"Sam"},"text":"Hello"}"#);
    assert_snapshot!(event(EventBody::HandedBack { agent: sam() }),
        @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"handed_back","agent":{"id":"sam","name":"Sam"}}"#);
    assert_snapshot!(event(EventBody::Closed { agent: sam() }),
        @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"closed","agent":{"id":"sam","name":"Sam"}}"#);
}

#[test]
fn what_customers_say_of_people_and_of_themselves() {
    assert_snapshot!(event(EventBody::Rated { stretch: 9, score: Score::new(4).unwrap() }),
        @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"rated","stretch":9,"score":4}"#);
    assert_snapshot!(event(EventBody::Introduced {
        name: Some(CustomerName::new("Ana Ruiz").unwrap()),
        email: Some(EmailAddress::new("ana@example.com").unwrap()),
        subject: None,
    }), @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"introduced","name":"Ana Ruiz","email":"ana@example.com"}"#);
    assert_snapshot!(event(EventBody::Introduced {
        name: None,
        email: None,
        subject: Some(CustomerSubject::new("customer-7").unwrap()),
    }), @r#"{"seq":2,"at":1700000000000,"write":"0123456789abcdef","type":"introduced","subject":"customer-7"}"#);
    let rate = RateStretch {
        write: write(),
        stretch: 9,
        score: Score::new(1).unwrap(),
    };
    assert_snapshot!(wire(&rate), @r#"{"write":"0123456789abcdef","stretch":9,"score":1}"#);
    let introduce = Introduce {
        write: write(),
        name: Some(CustomerName::new("Ana Ruiz").unwrap()),
        email: None,
        token: None,
    };
    assert_snapshot!(wire(&introduce), @r#"{"write":"0123456789abcdef","name":"Ana Ruiz"}"#);
    let signed = Introduce {
        name: None,
        token: Some("a.b.c".to_owned()),
        ..introduce
    };
    assert_snapshot!(wire(&signed), @r#"{"write":"0123456789abcdef","token":"a.b.c"}"#);
}

#[test]
fn every_verdict_has_its_words() {
    let all = [
        Verdict::Bot(AnswerReason::Routine),
        Verdict::OfferHuman(OfferReason::Unsure),
        Verdict::OfferHuman(OfferReason::OutOfScope),
        Verdict::OfferHuman(OfferReason::NotHelped),
        Verdict::OfferHuman(OfferReason::NoAnswer),
        Verdict::Escalate(EscalationReason::Bell),
        Verdict::Escalate(EscalationReason::AskedForHuman),
        Verdict::Escalate(EscalationReason::Sensitive),
        Verdict::Escalate(EscalationReason::Angry),
        Verdict::Escalate(EscalationReason::OutOfScopeTwice),
        Verdict::Escalate(EscalationReason::BotDidNotHelp),
        Verdict::Escalate(EscalationReason::UnknownLanguage),
        Verdict::Escalate(EscalationReason::ContactForm),
    ];
    assert_snapshot!(all.map(|verdict| wire(&verdict)).join("\n"), @r#"
    {"decision":"bot","reason":"routine"}
    {"decision":"offer_human","reason":"unsure"}
    {"decision":"offer_human","reason":"out_of_scope"}
    {"decision":"offer_human","reason":"not_helped"}
    {"decision":"offer_human","reason":"no_answer"}
    {"decision":"escalate","reason":"bell"}
    {"decision":"escalate","reason":"asked_for_human"}
    {"decision":"escalate","reason":"sensitive"}
    {"decision":"escalate","reason":"angry"}
    {"decision":"escalate","reason":"out_of_scope_twice"}
    {"decision":"escalate","reason":"bot_did_not_help"}
    {"decision":"escalate","reason":"unknown_language"}
    {"decision":"escalate","reason":"contact_form"}
    "#);
}

#[test]
fn statuses_of_every_state() {
    let bot = Status {
        state: ConversationState::Bot,
        position: None,
        waiting_since: None,
        agents_online: 0,
        agent: None,
        agent_types: false,
    };
    assert_snapshot!(wire(&bot), @r#"{"state":"bot","agents_online":0}"#);
    let waiting = Status {
        state: ConversationState::Waiting,
        position: Some(3),
        waiting_since: Some(1_700_000_000_000),
        ..bot.clone()
    };
    assert_snapshot!(wire(&waiting),
        @r#"{"state":"waiting","position":3,"waiting_since":1700000000000,"agents_online":0}"#);
    let with_agent = Status {
        state: ConversationState::WithAgent,
        agents_online: 2,
        agent: Some(sam()),
        ..bot.clone()
    };
    assert_snapshot!(wire(&with_agent),
        @r#"{"state":"with_agent","agents_online":2,"agent":{"id":"sam","name":"Sam"}}"#);
    let writing = Status {
        agent_types: true,
        ..with_agent
    };
    assert_snapshot!(wire(&writing),
        @r#"{"state":"with_agent","agents_online":2,"agent":{"id":"sam","name":"Sam"},"agent_types":true}"#);
    let closed = Status {
        state: ConversationState::Closed,
        ..bot
    };
    assert_snapshot!(wire(&closed), @r#"{"state":"closed","agents_online":0}"#);
}

#[test]
fn what_customers_send_and_get() {
    let open = OpenConversation {
        write: write(),
        site: site(),
        language: Some("en".to_owned()),
        page: None,
    };
    assert_snapshot!(wire(&open), @r#"{"write":"0123456789abcdef","site":"fern","language":"en"}"#);
    let post = PostMessage {
        write: write(),
        text: text("hi"),
        triage: None,
    };
    assert_snapshot!(wire(&post), @r#"{"write":"0123456789abcdef","text":"hi"}"#);
    let triage = Some(hint(Verdict::Escalate(EscalationReason::Angry)));
    let post = PostMessage {
        write: write(),
        text: text("hi"),
        triage,
    };
    assert_snapshot!(wire(&post), @r#"{"write":"0123456789abcdef","text":"hi","triage":{"intent":"track_order","confidence":0.5,"sentiment":"negative","sentiment_scores":{"negative":0.75,"neutral":0.25,"positive":0.0},"decision":"escalate","reason":"angry","read_on":"device","millis":1.5}}"#);
    assert_snapshot!(wire(&RequestHuman { write: write() }), @r#"{"write":"0123456789abcdef"}"#);
    assert_snapshot!(wire(&GiveFeedback { write: write(), answer: 3, helped: true }),
        @r#"{"write":"0123456789abcdef","answer":3,"helped":true}"#);
    let contact = ContactText::new("+44 20 7946 0000").unwrap();
    assert_snapshot!(wire(&LeaveContact { write: write(), contact }),
        @r#"{"write":"0123456789abcdef","contact":"+44 20 7946 0000"}"#);
    let status = Status {
        state: ConversationState::Waiting,
        position: Some(1),
        waiting_since: Some(1),
        agents_online: 1,
        agent: None,
        agent_types: false,
    };
    assert_snapshot!(wire(&Opened { conversation: conversation(), status: status.clone() }),
        @r#"{"conversation":"fedcba9876543210","status":{"state":"waiting","position":1,"waiting_since":1,"agents_online":1}}"#);
    assert_snapshot!(wire(&EscalationAccepted { status }),
        @r#"{"status":{"state":"waiting","position":1,"waiting_since":1,"agents_online":1}}"#);
    let body = EventBody::Escalated {
        reason: EscalationReason::Bell,
    };
    let events = vec![Event {
        seq: 2,
        at: 1,
        write: write(),
        body,
    }];
    assert_snapshot!(wire(&MessageAccepted { events }),
        @r#"{"events":[{"seq":2,"at":1,"write":"0123456789abcdef","type":"escalated","reason":"bell"}]}"#);
    let info = SiteInfo {
        key: site(),
        name: "Fern & Field".to_owned(),
        language: "en".to_owned(),
        suggestions: vec!["Where is my order?".to_owned()],
        contact: FallbackContact {
            phone: Some("1".to_owned()),
            email: None,
        },
        agents_online: 1,
    };
    assert_snapshot!(wire(&info), @r#"{"key":"fern","name":"Fern & Field","language":"en","suggestions":["Where is my order?"],"contact":{"phone":"1"},"agents_online":1}"#);
}

#[test]
fn what_agents_send_and_get() {
    let sign_in = SignIn {
        email: "sam@fern.example".to_owned(),
        password: "secret".to_owned(),
        code: None,
    };
    assert_snapshot!(serde_json::to_string(&sign_in).unwrap(),
        @r#"{"email":"sam@fern.example","password":"secret"}"#);
    let sites = vec![SiteName {
        key: site(),
        name: "Fern & Field".to_owned(),
    }];
    assert_snapshot!(wire(&AgentSession { agent: sam(), online: true, sites, two_step: None }),
        @r#"{"agent":{"id":"sam","name":"Sam"},"online":true,"sites":[{"key":"fern","name":"Fern & Field"}]}"#);
    assert_snapshot!(wire(&Availability { online: true }), @r#"{"online":true}"#);
    assert_snapshot!(wire(&AgentReply { write: write(), text: text("hi") }),
        @r#"{"write":"0123456789abcdef","text":"hi"}"#);
    assert_snapshot!(wire(&AgentWrite { write: write() }), @r#"{"write":"0123456789abcdef"}"#);
    let card = ConversationCard {
        id: conversation(),
        site: site(),
        state: ConversationState::Waiting,
        reason: Some(EscalationReason::Bell),
        waiting_since: Some(1),
        updated_at: 2,
        preview: Some("hi".to_owned()),
        intent: Some(IntentId::new("greeting").unwrap()),
        sentiment: Some(Sentiment::Positive),
        contact: None,
        language: None,
        page: None,
        agent: None,
    };
    let inbox = Inbox {
        online: true,
        agents_online: 1,
        waiting: vec![card],
        waiting_total: 1,
        mine: Vec::new(),
    };
    assert_snapshot!(wire(&inbox), @r#"{"online":true,"agents_online":1,"waiting":[{"id":"fedcba9876543210","site":"fern","state":"waiting","reason":"bell","waiting_since":1,"updated_at":2,"preview":"hi","intent":"greeting","sentiment":"positive"}],"waiting_total":1,"mine":[]}"#);
}

#[test]
fn problems_and_their_statuses() {
    use ProblemCode::*;
    let problem = Problem {
        code: UnknownSite,
        message: "There is no shop with this key.".to_owned(),
        request_id: "r1".to_owned(),
    };
    assert_snapshot!(wire(&problem),
        @r#"{"code":"unknown_site","message":"There is no shop with this key.","request_id":"r1"}"#);
    let all = [
        MalformedJson,
        NotSignedIn,
        WrongPassword,
        OriginNotAllowed,
        NotYours,
        UnknownSite,
        UnknownConversation,
        NotFound,
        MethodNotAllowed,
        WrongState,
        AlreadyClaimed,
        WriteIdReused,
        TooLarge,
        NotJson,
        InvalidValue,
        TooManyRequests,
        Internal,
        Unavailable,
    ];
    let lines = all.map(|code| format!("{} {}", code.status(), wire(&code).replace('"', "")));
    assert_snapshot!(lines.join("\n"), @r"
    400 malformed_json
    401 not_signed_in
    401 wrong_password
    403 origin_not_allowed
    403 not_yours
    404 unknown_site
    404 unknown_conversation
    404 not_found
    405 method_not_allowed
    409 wrong_state
    409 already_claimed
    409 write_id_reused
    413 too_large
    415 not_json
    422 invalid_value
    429 too_many_requests
    500 internal
    503 unavailable
    ");
}

#[test]
fn requests_with_unknown_fields_are_refused() {
    let message =
        serde_json::from_str::<PostMessage>(r#"{"write":"0123456789abcdef","text":"hi","html":1}"#);
    assert!(
        message
            .unwrap_err()
            .to_string()
            .contains("unknown field `html`")
    );
}

#[test]
fn answers_with_unknown_fields_are_read_so_that_old_clients_understand_new_servers() {
    let status: Status =
        serde_json::from_str(r#"{"state":"bot","agents_online":0,"mood":"fine"}"#).unwrap();
    assert_eq!(status.state, ConversationState::Bot);
}
