//! A body that a blocking thread reads while it arrives: no file is held in memory or on disk.

use std::future::Future;
use std::io::{self, Read};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use http_body_util::BodyExt;
use tokio::sync::mpsc;

use super::config::Limits;
use super::problem::Problem;

/// Pieces that wait to be read: a fast client waits for a slow database.
const PIECES: usize = 4;

/// The body as the thread reads it. It ends well only with the mark that all of it came.
pub(crate) struct Upload {
    pieces: mpsc::Receiver<Option<Bytes>>,
    piece: Bytes,
    ended: bool,
}

impl Upload {
    /// The body, and what brings it along; both go on at once. What is read beyond the bound is
    /// for the reader to refuse.
    pub(crate) fn of(
        request: Request,
        kind: &str,
        limits: Limits,
    ) -> Result<(Self, impl Future<Output = ()>), Problem> {
        let given = |name| request.headers().get(name).and_then(|v| v.to_str().ok());
        let essence = given(header::CONTENT_TYPE).and_then(|kind| kind.split(';').next());
        if !essence.is_some_and(|given| given.trim().eq_ignore_ascii_case(kind)) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "bad-request",
                &format!("the body must be {kind}"),
            ));
        }
        let declared = given(header::CONTENT_LENGTH).and_then(|octets| octets.parse().ok());
        if declared.is_some_and(|octets: usize| octets > limits.import_octets) {
            return Err(Problem::too_large());
        }
        let (sender, pieces) = mpsc::channel(PIECES);
        let time = Duration::from_secs(limits.import_seconds);
        let arrival = async move {
            // Where the time is over the mark never comes.
            let _ = tokio::time::timeout(time, bring(request, sender, limits.import_octets)).await;
        };
        let upload = Self {
            pieces,
            piece: Bytes::new(),
            ended: false,
        };
        Ok((upload, arrival))
    }
}

async fn bring(request: Request, sender: mpsc::Sender<Option<Bytes>>, most: usize) {
    let (mut body, mut octets) = (request.into_body(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return };
        let Ok(piece) = frame.into_data() else {
            continue;
        };
        octets = octets.saturating_add(piece.len());
        // A reader that has refused the file is not there any more. The rest is taken in all the
        // same, so that the client comes to hear why.
        if sender.send(Some(piece)).await.is_err() && octets > most {
            return;
        }
    }
    let _ = sender.send(None).await;
}

impl Read for Upload {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.ended {
            match self.pieces.blocking_recv() {
                Some(Some(piece)) => self.piece = piece,
                Some(None) => self.ended = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let count = self.piece.len().min(out.len());
        let piece = self.piece.split_to(count);
        out.iter_mut().zip(piece).for_each(|(to, from)| *to = from);
        Ok(count)
    }
}
