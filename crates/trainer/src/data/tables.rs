//! How the labels of public sets translate into ours, by the meanings in the taxonomy.

/// What a public set is used for.
pub struct PublicSet {
    /// Its folder.
    pub folder: &'static str,
    /// The splits learnt from. The others stay unseen, for benchmarks.
    pub splits: &'static [&'static str],
    /// Its label, our intent.
    pub intents: &'static [(&'static str, &'static str)],
    /// Labels of which some messages would be ours and some not: they are left out.
    pub unclear: &'static [&'static str],
    /// Whether every label in neither list is out of scope for a shop.
    pub rest_out_of_scope: bool,
    /// Most rows for one of the set's labels that stand for an intent.
    pub most_per_label: usize,
    /// Most rows that are out of scope, over all labels.
    pub most_out_of_scope: usize,
    /// Most rows for sentiment.
    pub most_feelings: usize,
}

/// The later, larger of two samples of template-made customer-service requests (CDLA-Sharing 1.0). Its register is
/// narrow, so few rows per label; "newsletter" is our subscription, and an address is changed on an order.
const BITEXT_8K: PublicSet = PublicSet {
    folder: "bitext_8k",
    splits: &["train"],
    intents: BITEXT,
    unclear: BITEXT_UNCLEAR,
    rest_out_of_scope: false,
    most_per_label: 20,
    most_out_of_scope: 0,
    most_feelings: 0,
};

/// The earlier sample (CDLA-Sharing 1.0).
const BITEXT_20K: PublicSet = PublicSet {
    folder: "bitext_20k",
    splits: &["train"],
    intents: BITEXT,
    unclear: BITEXT_UNCLEAR,
    rest_out_of_scope: false,
    most_per_label: 20,
    most_out_of_scope: 0,
    most_feelings: 0,
};

const BITEXT: &[(&str, &str)] = &[
    ("payment_issue", "payment_problem"),
    ("create_account", "account_change"),
    ("delete_account", "account_change"),
    ("edit_account", "account_change"),
    ("switch_account", "account_change"),
    ("contact_human_agent", "talk_to_human"),
    ("get_invoice", "invoice"),
    ("check_invoice", "invoice"),
    ("check_invoices", "invoice"),
    ("track_order", "track_order"),
    ("get_refund", "refund"),
    ("track_refund", "refund"),
    ("check_refund_policy", "refund"),
    ("recover_password", "account_access"),
    ("change_order", "change_order"),
    ("change_shipping_address", "change_order"),
    ("cancel_order", "cancel_order"),
    ("check_cancellation_fee", "cancel_order"),
    ("complaint", "complaint"),
    ("delivery_options", "delivery_options"),
    ("check_payment_methods", "payment_options"),
    ("newsletter_subscription", "subscription"),
    ("place_order", "place_order"),
];

/// "When does it arrive" before or after ordering, opening hours of the service line among its phone numbers, …
const BITEXT_UNCLEAR: &[&str] = &[
    "delivery_period",
    "contact_customer_service",
    "registration_problems",
    "set_up_shipping_address",
    "review",
];

/// Customer turns of Wizard-of-Oz chats in six trades (CDLA-Permissive 1.0).
const MULTIDOGO: PublicSet = PublicSet {
    folder: "multidogo",
    splits: &["train"],
    intents: &[
        ("openinggreeting", "greeting"),
        ("thankyou", "thanks_goodbye"),
        ("closinggreeting", "thanks_goodbye"),
        ("confirmation", "out_of_scope"),
        ("rejection", "out_of_scope"),
        ("changeorder", "change_order"),
        ("stoporder", "cancel_order"),
        ("providereceipt", "invoice"),
        ("getpromotions", "discount"),
        ("closeaccount", "account_change"),
        ("reportbrokenphone", "warranty_repair"),
        ("orderpizzaintent", "place_order"),
        ("orderburgerintent", "place_order"),
        ("disputecharge", "fraud_security"),
    ],
    // Its "out of domain" holds requests that are ours, such as changing an order.
    unclear: &[],
    rest_out_of_scope: false,
    most_per_label: 20,
    most_out_of_scope: 0,
    most_feelings: 0,
};

/// Banking and hotel requests to a telephone assistant, several labels each (CC BY 4.0). Only rows with exactly these
/// labels stand for an intent.
const NLUPP: PublicSet = PublicSet {
    folder: "nlupp",
    splits: &[],
    intents: &[
        ("handoff", "talk_to_human"),
        ("deny|handoff", "talk_to_human"),
        ("dont_know|handoff", "talk_to_human"),
        ("thank|handoff", "talk_to_human"),
        ("refund|handoff", "talk_to_human"),
        ("greet", "greeting"),
        ("thank", "thanks_goodbye"),
        ("end_call", "thanks_goodbye"),
        ("thank|end_call", "thanks_goodbye"),
        ("acknowledge|end_call", "thanks_goodbye"),
        ("acknowledge|thank|end_call", "thanks_goodbye"),
        ("refund", "refund"),
        ("affirm", "out_of_scope"),
        ("deny", "out_of_scope"),
        ("acknowledge", "out_of_scope"),
        ("repeat", "out_of_scope"),
    ],
    unclear: &[],
    rest_out_of_scope: false,
    most_per_label: 20,
    most_out_of_scope: 0,
    most_feelings: 0,
};

/// English requests to a home assistant (CC BY 4.0): for a shop, mostly other topics.
const MASSIVE: PublicSet = PublicSet {
    folder: "massive51",
    splits: &["train"],
    intents: &[("general_greet", "greeting")],
    unclear: &[
        "general_quirky",
        "takeaway_order",
        "takeaway_query",
        "email_querycontact",
        "recommendation_locations",
    ],
    rest_out_of_scope: true,
    most_per_label: 20,
    most_out_of_scope: 100,
    most_feelings: 0,
};

/// Comments on a forum, labelled with emotions (CC BY 4.0): for sentiment only.
const GOEMOTIONS: PublicSet = PublicSet {
    folder: "goemotions",
    splits: &["train"],
    intents: &[],
    unclear: &[],
    rest_out_of_scope: false,
    most_per_label: 0,
    most_out_of_scope: 0,
    most_feelings: 4_000,
};

/// Every public set whose labels are learnt. BANKING77's and CLINC150's are not: they are what the model is measured on
/// with few examples, which would say nothing had it seen their labels.
pub const SETS: [PublicSet; 6] = [BITEXT_8K, BITEXT_20K, MULTIDOGO, NLUPP, MASSIVE, GOEMOTIONS];

/// Emotions that say how a text feels. Those in neither list (surprise, confusion, …) say nothing about it.
pub const NEGATIVE: [&str; 8] = [
    "anger",
    "annoyance",
    "disappointment",
    "disapproval",
    "disgust",
    "sadness",
    "embarrassment",
    "grief",
];
/// See [`NEGATIVE`].
pub const POSITIVE: [&str; 8] = [
    "admiration",
    "gratitude",
    "joy",
    "love",
    "approval",
    "excitement",
    "optimism",
    "relief",
];
/// See [`NEGATIVE`].
pub const NEUTRAL: [&str; 2] = ["neutral", "curiosity"];

/// GoEmotions' emotions in four groups: positive, negative, ambiguous, neutral (Demszky et al. 2020, figure 2).
pub const GROUPS: [&[&str]; 4] = [
    &[
        "admiration",
        "amusement",
        "approval",
        "caring",
        "desire",
        "excitement",
        "gratitude",
        "joy",
        "love",
        "optimism",
        "pride",
        "relief",
    ],
    &[
        "anger",
        "annoyance",
        "disappointment",
        "disapproval",
        "disgust",
        "embarrassment",
        "fear",
        "grief",
        "nervousness",
        "remorse",
        "sadness",
    ],
    &["confusion", "curiosity", "realization", "surprise"],
    &["neutral"],
];
