//! What the project's services share: listening with limits and stopping without haste, what browsers
//! are told of every answer, the address that people use, settings, logs and numbers without anything of them.

mod clock;
mod headers;
mod html;
mod listen;
mod observe;
mod public_url;
mod settings;

pub use clock::{Clock, clock};
pub use headers::secure;
pub use html::escape;
pub use listen::{Bounds, serve, stop_signal};
pub use observe::{keep, observe, render, start_counting, start_logging};
pub use public_url::PublicUrl;
pub use settings::{SyntaxError, settings};
