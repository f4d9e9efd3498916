//! Stories of the agent's own account.

use deskbell_protocol::{ConfirmTotp, RecoveryCodes, TotpOffer};

use super::*;

fn panel(console: &Console) -> &Panel {
    console.shift().unwrap().account().unwrap().panel()
}

fn failed(code: ProblemCode) -> Input {
    Input::SignInFailed(refused(code, "No."))
}

fn asks_code(console: &Console) -> bool {
    matches!(console.phase(), Phase::SignedOut { code: true, .. })
}

#[test]
fn the_form_asks_for_a_code_when_the_server_does_and_until_the_password_is_wrong() {
    let mut console = Console::new(None);
    for (input, asks) in [
        (Input::SigningIn, false),
        (failed(ProblemCode::CodeNeeded), true),
        (Input::SigningIn, true),
        (failed(ProblemCode::WrongCode), true),
        (Input::SignInFailed(Failure::Unreachable), true),
        (failed(ProblemCode::WrongPassword), false),
    ] {
        console.handle(input, 0);
        assert_eq!(asks_code(&console), asks);
    }
}

#[test]
fn a_second_step_is_set_up_with_a_code_and_shows_the_recovery_codes() {
    let (mut console, _) = signed_in();
    assert_eq!(panel(&console), &Panel::Closed);
    console.handle(Input::AccountToggled, 0);
    assert!(
        console
            .handle(Input::TotpAsked, 0)
            .contains(&Effect::AskTotp)
    );
    let offer = TotpOffer {
        secret: "SECRET".to_owned(),
        link: "otpauth://".to_owned(),
    };
    console.handle(Input::TotpOffered(Ok(offer)), 0);
    let effects = console.handle(Input::TotpCodeGiven("123456".to_owned()), 0);
    let expected = Effect::ConfirmTotp(ConfirmTotp {
        secret: "SECRET".to_owned(),
        code: "123456".to_owned(),
    });
    assert!(effects.contains(&expected));

    let wrong = Err(refused(ProblemCode::WrongCode, "The code is wrong."));
    console.handle(Input::TotpConfirmed(wrong), 0);
    let Panel::Offered { busy, failed, .. } = panel(&console) else {
        panic!("the secret is gone");
    };
    assert_eq!(
        (*busy, failed),
        (false, &Some(Some("The code is wrong.".to_owned())))
    );
    let codes = RecoveryCodes {
        codes: vec!["one".to_owned()],
    };
    console.handle(Input::TotpConfirmed(Ok(codes.clone())), 0);
    assert_eq!(panel(&console), &Panel::Codes(codes));
    assert!(console.shift().unwrap().account().unwrap().two_step());
    console.handle(Input::AccountToggled, 0);
    assert_eq!(panel(&console), &Panel::Closed, "they are shown once");
}

#[test]
fn a_secret_that_comes_after_the_panel_was_closed_is_not_shown() {
    let (mut console, _) = signed_in();
    console.handle(Input::AccountToggled, 0);
    console.handle(Input::TotpAsked, 0);
    console.handle(Input::AccountToggled, 0);
    console.handle(Input::TotpOffered(Err(Failure::Unreachable)), 0);
    assert_eq!(panel(&console), &Panel::Closed);
}

#[test]
fn signing_out_everywhere_ends_here_too() {
    let (mut console, _) = signed_in();
    let effects = console.handle(Input::SignOutEverywhereAsked, 0);
    assert_eq!(effects, [Effect::SignOutEverywhere]);
    assert_eq!(console.shift().unwrap().leaving(), Leaving::Going);
    console.handle(Input::SignOutAnswered(None), 0);
    assert!(console.shift().is_none());
}
