//! The sign-in form.

use deskbell_protocol::SignIn;
use web_sys::{HtmlInputElement, SubmitEvent};
use yew::{Callback, Html, NodeRef, Properties, classes, component, html, use_node_ref};

use super::icons;
use crate::app::Msg;
use crate::{page, words};

#[derive(PartialEq, Properties)]
pub struct Props {
    /// Why the form is there.
    pub notice: Option<String>,
    /// Whether what was filled in was wrong.
    pub wrong: bool,
    /// Whether an attempt is on its way.
    pub busy: bool,
    /// Whether a code is needed, too.
    pub code: bool,
    /// Where the attempt goes.
    pub tell: Callback<Msg>,
}

/// The fields belong to the browser: nothing typed is copied before it is sent.
#[component]
pub fn SignInForm(props: &Props) -> Html {
    let (email, password, code) = (use_node_ref(), use_node_ref(), use_node_ref());
    let onsubmit = {
        let (email, password, code) = (email.clone(), password.clone(), code.clone());
        let (tell, busy) = (props.tell.clone(), props.busy);
        move |event: SubmitEvent| {
            event.prevent_default();
            if !busy {
                tell.emit(Msg::SignIn(SignIn {
                    email: value(&email),
                    password: value(&password),
                    code: Some(value(&code)).filter(|code| !code.is_empty()),
                }));
            }
        }
    };
    let described = props.notice.as_ref().map(|_| "sign-in-notice");
    let wrong = props.wrong;
    let invalid = (wrong && !props.code).then_some("true");
    html! {
        <main class="sign-in">
            <form method="post" {onsubmit}>
                <h1 class="brand">{ icons::bell() }<span>{ words::PRODUCT }</span></h1>
                <p class="lead">{ words::CONSOLE }{ ". " }{ words::SIGN_IN_LEAD }</p>
                <p id="sign-in-notice" class={classes!("notice", wrong.then_some("wrong"))} role="alert">{ props.notice.clone() }</p>
                <label for={page::EMAIL}>{ words::EMAIL }</label>
                <input
                    ref={email}
                    id={page::EMAIL}
                    type="email"
                    autocomplete="username"
                    required=true
                    aria-describedby={described}
                    aria-invalid={invalid}
                />
                <label for={page::PASSWORD}>{ words::PASSWORD }</label>
                <input
                    ref={password}
                    id={page::PASSWORD}
                    type="password"
                    autocomplete="current-password"
                    required=true
                    aria-describedby={described}
                    aria-invalid={invalid}
                />
                if props.code {
                    <label for={page::CODE}>{ words::CODE }</label>
                    <input
                        ref={code}
                        id={page::CODE}
                        autocomplete="one-time-code"
                        autocapitalize="none"
                        spellcheck="false"
                        required=true
                        aria-describedby={described}
                        aria-invalid={wrong.then_some("true")}
                    />
                }
                <button type="submit" class="primary" aria-disabled={props.busy.to_string()}>
                    { if props.busy { words::SIGNING_IN } else { words::SIGN_IN } }
                </button>
            </form>
        </main>
    }
}

fn value(field: &NodeRef) -> String {
    let field = field.cast::<HtmlInputElement>();
    field.map(|field| field.value()).unwrap_or_default()
}
