//! `GET /widget?site=KEY`: the widget's page, which only pages of the site may show.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use deskbell_protocol::SiteKey;
use maud::html;
use serde::Deserialize;

use crate::assets::{self, Cache};
use crate::http::admission::Asked;
use crate::http::contact_pages::{Reader, unknown_site};
use crate::http::pages::{self, FramedBy, Policy};
use crate::http::{ApiError, Shared};
use crate::served_model::ServedModel;

#[derive(Deserialize)]
pub(crate) struct WidgetQuery {
    site: SiteKey,
}

pub(crate) async fn handle(
    State(app): State<Shared>,
    asked: Asked,
    query: Result<Query<WidgetQuery>, QueryRejection>,
    reader: Reader,
    request: HeaderMap,
) -> Result<Response, ApiError> {
    let site = match query {
        Ok(Query(query)) => app.directory.site(&query.site).await?,
        Err(_) => None,
    };
    let Some(site) = site else {
        return Ok(unknown_site(&reader, &FramedBy::Anybody));
    };
    if let Err(error) = app.within_limits(asked, &site, None) {
        return Ok(reader.widget_unavailable(error));
    }
    // Known before anything else is, so that it is there when nothing else comes.
    let contact = [
        ("phone", &site.contact.phone),
        ("email", &site.contact.email),
    ];
    let contact = contact.into_iter().filter_map(|(name, way)| {
        let way = way.as_ref()?;
        let way = html! { (way) }.into_string();
        Some((
            format!("data-{name}=\"\""),
            format!("data-{name}=\"{way}\""),
        ))
    });
    let model = app.model.iter().flat_map(ServedModel::replaced);
    let replaced: Vec<_> = model.chain(contact).collect();
    let page = if replaced.is_empty() {
        assets::file("widget.html", &request, Cache::Revalidate)
    } else {
        assets::page("widget.html", &request, &replaced)
    };
    let page = page.unwrap_or_else(assets::not_built);
    Ok(pages::secure(
        page,
        Policy::App,
        &FramedBy::Origins(site.origins),
    ))
}
