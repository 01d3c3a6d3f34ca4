//! Needs assessments: what a person's situation is and what would help.

/// Where a needs assessment stands.
pub use crate::workflow::PaperState as AssessmentState;

choice! {
    /// How an assessment learned what it says.
    pub enum Method {
        Interview     = "interview",     "面谈",     "Interview";
        Questionnaire = "questionnaire", "问卷",     "Questionnaire";
        Observation   = "observation",   "实地观察", "On-site observation";
    }
}
