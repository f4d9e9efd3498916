//! The behaviour every event log and directory shows, on PostgreSQL.

use deskbell_desk::contract;

use crate::support;

macro_rules! keeps {
    ($($behaviour:ident),* $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $behaviour() {
            let store = support::store().await;
            contract::$behaviour(&store).await;
        }
    )*};
}

keeps!(
    opening_again_finds_the_same_conversation,
    opening_at_the_same_time_gives_one_conversation,
    a_repeated_write_is_the_same_write,
    all_events_of_a_write_come_back,
    concurrent_appends_take_turns,
    the_same_write_at_the_same_time_is_stored_once,
    two_agents_cannot_own_one_conversation,
    reading_resumes_from_any_cursor,
    a_refusal_stores_nothing,
    the_queue_is_fair_and_positions_are_true,
    only_an_ended_human_stretch_can_be_rated,
    an_introduction_is_stored_once,
    the_projection_equals_the_fold_over_the_events,
    sites_are_kept,
    agents_and_sessions_are_kept,
    customers_are_found_by_their_address,
    what_is_erased_is_gone_and_its_customer_begins_anew,
    only_what_was_silent_for_long_enough_is_forgotten,
);
