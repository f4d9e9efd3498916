//! What was said, in order.

use std::rc::Rc;

use deskbell_browser::now;
use deskbell_client::Timeline;
use web_sys::Element;
use yew::{Callback, Component, Context, Html, NodeRef, Properties, html};

use super::{icons, said};
use crate::app::Msg;
use crate::state::Outgoing;
use crate::{page, words};

/// Within so many pixels of its end the transcript counts as scrolled to it.
const NEAR_END: i32 = 48;

#[derive(Properties)]
pub struct Props {
    /// What is stored.
    pub timeline: Rc<Timeline>,
    /// The agent's replies that are on their way.
    pub echoes: Vec<Outgoing>,
    /// Name of the agent.
    pub me: String,
    /// Where clicks go.
    pub tell: Callback<Msg>,
}

/// A timeline is only ever replaced by a longer one, so two are the same if they are one.
impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.timeline, &other.timeline)
            && self.echoes == other.echoes
            && self.me == other.me
            && self.tell == other.tell
    }
}

pub enum Scrolled {
    /// By the agent.
    Somewhere,
    /// The agent wants to see the end.
    ToEnd,
}

/// Stays at its end if it was there, and where the agent scrolled to otherwise.
pub struct Transcript {
    region: NodeRef,
    at_end: bool,
}

impl Component for Transcript {
    type Message = Scrolled;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            region: NodeRef::default(),
            at_end: true,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, before: &Props) -> bool {
        // Whoever just wrote wants to see it.
        if ctx.props().echoes.len() > before.echoes.len() {
            self.at_end = true;
        }
        true
    }

    fn update(&mut self, _: &Context<Self>, scrolled: Scrolled) -> bool {
        let before = self.at_end;
        self.at_end = match scrolled {
            Scrolled::ToEnd => true,
            Scrolled::Somewhere => self.region.cast::<Element>().is_none_or(|region| {
                let below = region.scroll_height() - region.scroll_top() - region.client_height();
                below <= NEAR_END
            }),
        };
        before != self.at_end
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let Props {
            timeline,
            echoes,
            me,
            tell,
        } = ctx.props();
        let today = page::local(now());
        let mut day = None;
        let entries = timeline.events().iter().map(|event| {
            let at = page::local(event.at);
            let new_day = day
                .replace(at)
                .is_none_or(|before| !at.is_same_day(&before));
            html! {
                <>
                    if new_day { <li class="day">{ words::day(&at, &today) }</li> }
                    { said::stored(event, at) }
                </>
            }
        });
        let entries: Vec<Html> = entries.collect();
        let echoes = echoes.iter().map(|item| said::echo(item, me, tell));
        html! {
            <div class="transcript">
                <div
                    ref={self.region.clone()}
                    class="scroll"
                    role="region"
                    aria-label={words::TRANSCRIPT}
                    tabindex="0"
                    onscroll={link.callback(|_| Scrolled::Somewhere)}
                >
                    <ol>{ for entries }{ for echoes }</ol>
                </div>
                if !self.at_end {
                    <button
                        type="button"
                        class="to-newest"
                        onclick={link.callback(|_| Scrolled::ToEnd)}
                    >
                        { icons::down() }{ words::TO_NEWEST }
                    </button>
                }
            </div>
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if let Some(region) = self.region.cast::<Element>().filter(|_| self.at_end) {
            region.set_scroll_top(region.scroll_height());
        }
    }
}
