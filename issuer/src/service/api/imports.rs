//! Residents from a spreadsheet.

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use glimpse_core::ids::SchemaId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ids::ImportId;
use crate::import::{self, ColumnUse, FileError, ImportError, ImportState};
use crate::service::State;
use crate::service::extract::{Hex, Id, Json, Path, Query};
use crate::service::paging::{Page, Paging};
use crate::service::problem::{FieldError, Problem};
use crate::service::session::Clerk;
use crate::service::upload::Upload;

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list, receive))
        .routes(routes!(show, end))
        .routes(routes!(check))
        .routes(routes!(run))
        .routes(routes!(errors))
        .routes(routes!(errors_csv))
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let title = error.to_string();
        match error {
            ImportError::Unknown => Self::not_found(),
            ImportError::State => Self::state(&title),
            ImportError::Mapping(errors) => Self::invalid(errors),
            ImportError::File(FileError::TooLarge) => Self::too_large(),
            ImportError::File(FileError::Broken) => {
                Self::bad_request("the body did not arrive whole")
            }
            ImportError::File(error) => {
                let field = if error == FileError::Name {
                    "name"
                } else {
                    "file"
                };
                Self::invalid(vec![FieldError::new(
                    field,
                    error.code(),
                    error.to_string(),
                )])
            }
            ImportError::Office(error) => error.into(),
        }
    }
}

/// What a check of every row found.
#[derive(Serialize, ToSchema)]
struct Checked {
    good: u64,
    bad: u64,
}

/// An import.
#[derive(Serialize, ToSchema)]
struct Import {
    id: Id,
    schema: Hex<32>,
    /// The file's name.
    name: String,
    state: ImportState,
    encoding: String,
    delimiter: String,
    /// The heading.
    columns: Vec<String>,
    /// The first ten rows, until they are imported.
    sample: Vec<Vec<String>>,
    mapping: Vec<ColumnUse>,
    /// How many rows there are.
    rows: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked: Option<Checked>,
    /// How many rows are checked, or imported.
    done: u64,
    /// How many records were made.
    created: u64,
    /// How many rows have a reference that was there already.
    skipped: u64,
    /// How many rows are not right.
    bad: u64,
    received: u64,
    received_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    started: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<u64>,
}

impl From<import::Import> for Import {
    fn from(import: import::Import) -> Self {
        let texts = |fields: Vec<zeroize::Zeroizing<String>>| {
            let texts = fields.iter().map(|field| field.to_string());
            texts.collect::<Vec<_>>()
        };
        Self {
            id: Hex(import.id.0),
            schema: Hex(import.schema.0),
            name: import.name.to_string(),
            state: import.state,
            encoding: import.encoding,
            delimiter: import.delimiter,
            columns: texts(import.columns),
            sample: import.sample.into_iter().map(texts).collect(),
            mapping: import.mapping,
            rows: import.rows,
            checked: import.checked.map(|(good, bad)| Checked { good, bad }),
            done: import.done,
            created: import.created,
            skipped: import.skipped,
            bad: import.bad,
            received: import.received.0,
            received_by: import.received_by,
            started: import.started.map(|at| at.0),
            finished: import.finished.map(|at| at.0),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct File {
    /// The schema that the rows are for.
    schema: Hex<32>,
    /// The file's name.
    #[param(max_length = 255)]
    name: String,
}

/// Send a CSV file
#[utoipa::path(post, path = "/api/imports", tag = "imports", params(File),
    request_body(content = String, content_type = "text/csv"),
    security(("session" = ["clerk", "registrar"])),
    responses((status = 201, description = "The import", body = Import)))]
async fn receive(
    state: State,
    Clerk(staff): Clerk,
    Query(file): Query<File>,
    request: Request,
) -> Result<(StatusCode, Json<Import>), Problem> {
    let limits = state.config().limits;
    let now = state.now();
    let (mut upload, arrival) = Upload::of(request, "text/csv", limits)?;
    let work = state.work(move |office| {
        let id = office.receive_import(
            SchemaId(file.schema.0),
            &file.name,
            &mut upload,
            limits.import_octets,
            &staff.name,
            now,
            &mut glimpse_terminal::rng(),
        )?;
        office.import(id)
    });
    let ((), received) = tokio::join!(arrival, work);
    Ok((StatusCode::CREATED, Json(received?.into())))
}

/// Imports, newest first
#[utoipa::path(get, path = "/api/imports", tag = "imports", params(Paging),
    security(("session" = ["clerk", "registrar"])),
    responses((status = 200, description = "A page of imports", body = Page<Import>)))]
async fn list(
    state: State,
    _: Clerk,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Import>>, Problem> {
    let (skip, most) = paging.skip_take()?;
    let (found, total) = state.work(move |office| office.imports(skip, most)).await?;
    let items = found.into_iter().map(Import::from).collect();
    Ok(Json(paging.page(items, total)))
}

/// An import
#[utoipa::path(get, path = "/api/imports/{id}", tag = "imports", params(("id" = Id, Path)),
    security(("session" = ["clerk", "registrar"])),
    responses((status = 200, description = "The import", body = Import)))]
async fn show(state: State, _: Clerk, Path(id): Path<Id>) -> Result<Json<Import>, Problem> {
    let found = state.work(move |office| office.import(ImportId(id.0)));
    Ok(Json(found.await?.into()))
}

/// Cancel an import, and forget it where it has ended
#[utoipa::path(delete, path = "/api/imports/{id}", tag = "imports", params(("id" = Id, Path)),
    security(("session" = ["clerk", "registrar"])),
    responses((status = 204, description = "It has ended, or is gone")))]
async fn end(state: State, Clerk(staff): Clerk, Path(id): Path<Id>) -> Result<StatusCode, Problem> {
    let now = state.now();
    state
        .work(move |office| office.end_import(ImportId(id.0), &staff.name, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Mapping {
    mapping: Vec<ColumnUse>,
}

/// Say which column is what, and have every row checked
#[utoipa::path(post, path = "/api/imports/{id}/check", tag = "imports",
    params(("id" = Id, Path)), request_body = Mapping,
    security(("session" = ["clerk", "registrar"])),
    responses((status = 202, description = "The check has begun")))]
async fn check(
    state: State,
    Clerk(staff): Clerk,
    Path(id): Path<Id>,
    Json(given): Json<Mapping>,
) -> Result<StatusCode, Problem> {
    let (id, now) = (ImportId(id.0), state.now());
    state
        .work(move |office| office.check_import(id, &given.mapping, &staff.name, now))
        .await?;
    Ok(StatusCode::ACCEPTED)
}

/// Import the rows that were found good
#[utoipa::path(post, path = "/api/imports/{id}/run", tag = "imports",
    params(("id" = Id, Path)), security(("session" = ["clerk", "registrar"])),
    responses((status = 202, description = "The import has begun")))]
async fn run(state: State, Clerk(staff): Clerk, Path(id): Path<Id>) -> Result<StatusCode, Problem> {
    let now = state.now();
    state
        .work(move |office| office.run_import(ImportId(id.0), &staff.name, now))
        .await?;
    Ok(StatusCode::ACCEPTED)
}

/// What is wrong with a row.
#[derive(Serialize, ToSchema)]
struct RowError {
    /// The row's number in the file, with the heading as the first.
    row: u64,
    /// An attribute's code, `reference`, or nothing where it is the row as a whole.
    field: String,
    /// A word by which the page finds its own text.
    code: String,
    /// In English.
    message: String,
}

impl From<import::RowError> for RowError {
    fn from(error: import::RowError) -> Self {
        let FieldError {
            field,
            code,
            message,
        } = error.error;
        Self {
            row: error.row,
            field,
            code,
            message,
        }
    }
}

/// What is wrong with an import's rows
#[utoipa::path(get, path = "/api/imports/{id}/errors", tag = "imports",
    params(("id" = Id, Path), Paging), security(("session" = ["clerk", "registrar"])),
    responses((status = 200, description = "A page of errors", body = Page<RowError>)))]
async fn errors(
    state: State,
    _: Clerk,
    Path(id): Path<Id>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<RowError>>, Problem> {
    let (skip, most) = paging.skip_take()?;
    let found = state.work(move |office| office.import_errors(ImportId(id.0), skip, most));
    let (found, total) = found.await?;
    let items = found.into_iter().map(RowError::from).collect();
    Ok(Json(paging.page(items, total)))
}

/// The same as a CSV file
#[utoipa::path(get, path = "/api/imports/{id}/errors.csv", tag = "imports",
    params(("id" = Id, Path)), security(("session" = ["clerk", "registrar"])),
    responses((status = 200, description = "All errors that are kept", content_type = "text/csv",
        body = String)))]
async fn errors_csv(
    state: State,
    _: Clerk,
    Path(id): Path<Id>,
) -> Result<impl IntoResponse, Problem> {
    let file = state.work(move |office| office.import_errors_csv(ImportId(id.0)));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"import-errors.csv\"",
        ),
    ];
    Ok((headers, file.await?))
}
