//! What each person who works here may do.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// What somebody is to the desk. Each may all that the one before may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Answers customers.
    #[default]
    Agent,
    /// Looks after those who answer.
    Supervisor,
    /// Runs the server.
    Operator,
}

/// Something that not everybody may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// To take conversations that wait, and to do with one's own what is to be done.
    Answer,
    /// To read conversations that are with somebody else, with the bot, or closed.
    ReadEveryConversation,
    /// To read what was done with accounts and settings.
    ReadAudit,
    /// To change accounts and settings.
    Administer,
}

impl Role {
    /// All, the one who may least first.
    pub const ALL: [Self; 3] = [Self::Agent, Self::Supervisor, Self::Operator];

    /// The table of who may do what.
    #[must_use]
    pub const fn may(self, permission: Permission) -> bool {
        match (self, permission) {
            (_, Permission::Answer)
            | (Self::Supervisor | Self::Operator, Permission::ReadEveryConversation)
            | (Self::Operator, Permission::ReadAudit | Permission::Administer) => true,
            (Self::Agent, Permission::ReadEveryConversation)
            | (Self::Agent | Self::Supervisor, Permission::ReadAudit | Permission::Administer) => {
                false
            }
        }
    }

    /// As it is stored and written on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Supervisor => "supervisor",
            Self::Operator => "operator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no such role.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a role is agent, supervisor or operator")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        let found = Self::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_table_says_and_all_that_a_lower_one_may() {
        use Permission::{Administer, Answer, ReadAudit, ReadEveryConversation};
        for (permission, from) in [
            (Answer, Role::Agent),
            (ReadEveryConversation, Role::Supervisor),
            (ReadAudit, Role::Operator),
            (Administer, Role::Operator),
        ] {
            for role in Role::ALL {
                assert_eq!(role.may(permission), role >= from, "{role} {permission:?}");
            }
        }
    }

    #[test]
    fn a_role_is_read_as_it_is_written() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert_eq!("admin".parse::<Role>(), Err(UnknownRole));
    }
}
