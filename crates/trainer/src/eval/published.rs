//! What others published for the same test splits, as collected in the README of the public data.

/// Where the published figures are from.
pub const SOURCES: &str = "Published: CLINC150 from Larson et al. 2019 (table 2); BANKING77 full and 10-shot from Casanueva et al. 2020 \
(USE, USE+ConveRT, BERT-tuned), Zhang et al. 2021 (CPFT) and Lin et al. 2023 (ICDA); the others as collected for this project, their sources not named there.\n";

/// BANKING77, all training rows: accuracy.
pub const BANKING77: &str = "BERT-tuned 93.66, USE+ConveRT 93.36, bge-small + SVM 93.08";
/// BANKING77, ten rows a label: accuracy.
pub const BANKING77_FEW: &str =
    "ICDA 89.79, CPFT 87.20, USE+ConveRT 85.19, USE 84.23, Dialogflow CX 74.7, Rasa 67.1";
/// CLINC150, ten rows a label: accuracy.
pub const CLINC150_FEW: &str =
    "ICDA 94.84, CPFT 94.18, USE+ConveRT 93.26, Dialogflow CX 82.1, Rasa 72.4";
/// CLINC150 `oos-threshold`, in scope: accuracy.
pub const CLINC150_THRESHOLD: &str =
    "BERT 96.2, MLP (USE) 93.4, Rasa 90.9, DialogFlow 90.8, SVM 88.2";
/// CLINC150 `oos-threshold`, out of scope: recall.
pub const CLINC150_THRESHOLD_OOS: &str =
    "BERT 52.3, MLP (USE) 49.1, Rasa 31.2, DialogFlow 26.7, SVM 18.0";
/// CLINC150 `oos-train`, in scope: accuracy.
pub const CLINC150_TRAIN: &str = "BERT 96.9, MLP (USE) 93.5, DialogFlow 91.7, Rasa 91.5, SVM 91.0";
/// CLINC150 `oos-train`, out of scope: recall.
pub const CLINC150_TRAIN_OOS: &str =
    "MLP (USE) 47.4, Rasa 45.3, BERT 40.3, SVM 14.5, DialogFlow 14.0";
/// GoEmotions in four groups: macro F1.
pub const GOEMOTIONS: &str = "BERT 70.06";
