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
    a_signed_customer_is_never_another_one,
    an_introduction_is_stored_once,
    the_projection_equals_the_fold_over_the_events,
    sites_are_kept,
    agents_and_sessions_are_kept,
    a_session_that_is_not_used_ends_early,
    all_sessions_of_an_agent_end_at_once,
    a_second_step_is_set_up_once_and_can_be_taken_away,
    a_code_and_a_recovery_code_are_good_once,
    the_audit_log_has_everything_in_its_order,
    customers_are_found_by_their_address,
    what_is_erased_is_gone_and_its_customer_begins_anew,
    only_what_was_silent_for_long_enough_is_forgotten,
    webhooks_are_kept,
    what_happens_is_told_once_to_every_webhook_of_the_site,
    a_wait_is_told_of_when_it_is_long_and_not_when_somebody_came,
    a_delivery_is_taken_by_one_at_a_time,
    a_delivery_is_tried_again_given_up_and_replayed,
    a_webhook_that_is_gone_is_told_nothing_until_it_is_enabled,
    a_wait_that_is_not_long_yet_is_not_replayed_before_its_time,
);
