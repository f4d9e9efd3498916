//! The second step of signing in.

use std::net::IpAddr;

use deskbell_desk::{Agent, AuditedAct, Totp};
use deskbell_protocol::{AgentId, ProblemCode};

use crate::http::ApiError;
use crate::http::request_id::RequestId;
use crate::throttle::ANYWHERE;
use crate::{App, totp};

impl App {
    /// Counts an attempt at a code: of the account from where it is used, or from everywhere else together, since whoever
    /// tries codes has the password, wherever they are.
    pub(crate) fn wait_for_code(&self, id: &AgentId, from: IpAddr) -> Result<(), ApiError> {
        let attempt = self.codes.attempt(id.as_str(), from, self.clock.now());
        attempt.map_err(|wait| {
            let message = "Too many wrong codes. Please wait some minutes and try again.";
            ApiError::too_many(message, wait)
        })
    }

    /// Earlier wrong codes no longer count.
    pub(crate) fn code_was_right(&self, id: &AgentId, from: IpAddr) {
        self.codes.succeeded(id.as_str(), from);
    }

    /// Lets an agent in whose password was right: with a code of their app that was not used before, or a recovery code,
    /// which is used up by that. They are where the account is `known` to be used, or elsewhere.
    pub(crate) async fn second_step(
        &self,
        agent: &Agent,
        totp: &Totp,
        code: Option<&str>,
        known: Option<IpAddr>,
        request: &RequestId,
    ) -> Result<(), ApiError> {
        let (id, email) = (&agent.name.id, &agent.email);
        let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
            let message = "Please enter the code from your authenticator app, too.";
            return Err(ApiError::new(ProblemCode::CodeNeeded, message));
        };
        let from = known.unwrap_or(ANYWHERE);
        self.wait_for_code(id, from)?;
        let good = match totp::step_of(&totp.secret, code, self.clock.now()) {
            Some(step) => self.directory.use_totp_step(id, step).await?,
            None => {
                let hash = totp::recovery_hash(code);
                let used = self.directory.use_recovery_code(id, &hash).await?;
                if used {
                    let act = AuditedAct::RecoveryCodeUsed;
                    self.record(Some(email), act, email, request.clone())
                        .await?;
                }
                used
            }
        };
        if !good {
            self.record(None, AuditedAct::SignInFailed, email, request.clone())
                .await?;
            let message = "The code is wrong or was used before. Please wait for the next one.";
            return Err(ApiError::new(ProblemCode::WrongCode, message));
        }
        self.code_was_right(id, from);
        Ok(())
    }
}
