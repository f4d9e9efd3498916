//! The agent's own account: the second step of signing in, and signing out everywhere.

use deskbell_client::Failure;
use deskbell_protocol::{ConfirmTotp, RecoveryCodes, TotpOffer};

use super::shift::said;
use super::{Effect, Input, Target};

/// What the agent sees of their account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    /// Nothing.
    #[default]
    Closed,
    /// What there is to do.
    Overview {
        /// Whether a secret is being asked for.
        busy: bool,
        /// What did not work out, with the server's sentence if it was reached.
        failed: Option<Option<String>>,
    },
    /// A secret for their app, and a field for its code.
    Offered {
        /// The secret.
        offer: TotpOffer,
        /// Whether a code is being checked.
        busy: bool,
        /// Why the last code was not taken, with the server's sentence if it was reached.
        failed: Option<Option<String>>,
    },
    /// Recovery codes, to be kept somewhere.
    Codes(RecoveryCodes),
}

/// See the [module documentation](self).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    two_step: bool,
    panel: Panel,
}

impl Account {
    pub(super) fn new(two_step: bool) -> Self {
        Self {
            two_step,
            panel: Panel::Closed,
        }
    }

    /// Whether signing in takes a second step.
    #[must_use]
    pub fn two_step(&self) -> bool {
        self.two_step
    }

    /// What the agent sees.
    #[must_use]
    pub fn panel(&self) -> &Panel {
        &self.panel
    }

    pub(super) fn handle(&mut self, input: Input, effects: &mut Vec<Effect>) {
        match input {
            Input::AccountToggled => match self.panel {
                Panel::Closed => {
                    self.panel = Panel::Overview {
                        busy: false,
                        failed: None,
                    }
                }
                _ => {
                    self.panel = Panel::Closed;
                    effects.push(Effect::Focus(Target::Account));
                }
            },
            Input::TotpAsked => {
                self.panel = Panel::Overview {
                    busy: true,
                    failed: None,
                };
                effects.push(Effect::AskTotp);
            }
            // Who closed the panel meanwhile does not want it any more.
            Input::TotpOffered(answer) if matches!(self.panel, Panel::Overview { .. }) => {
                self.panel = match answer {
                    Ok(offer) => {
                        effects.push(Effect::Focus(Target::Code));
                        Panel::Offered {
                            offer,
                            busy: false,
                            failed: None,
                        }
                    }
                    Err(failure) => Panel::Overview {
                        busy: false,
                        failed: Some(said(failure)),
                    },
                };
            }
            Input::TotpCodeGiven(code) => {
                if let Panel::Offered {
                    offer,
                    busy,
                    failed,
                } = &mut self.panel
                {
                    (*busy, *failed) = (true, None);
                    let secret = offer.secret.clone();
                    effects.push(Effect::ConfirmTotp(ConfirmTotp { secret, code }));
                }
            }
            Input::TotpConfirmed(Ok(codes)) => {
                self.two_step = true;
                // Also who closed the panel meanwhile needs them.
                self.panel = Panel::Codes(codes);
                effects.push(Effect::Focus(Target::RecoveryCodes));
            }
            Input::TotpConfirmed(Err(failure)) => self.not_confirmed(failure, effects),
            _ => {}
        }
    }

    fn not_confirmed(&mut self, failure: Failure, effects: &mut Vec<Effect>) {
        if let Panel::Offered { busy, failed, .. } = &mut self.panel {
            (*busy, *failed) = (false, Some(said(failure)));
            effects.push(Effect::Focus(Target::Code));
        }
    }
}
