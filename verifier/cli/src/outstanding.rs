//! Outstanding requests as files, so that an answer is used once even across restarts: a request
//! is used up by removing its file, which succeeds once.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use glimpse_core::ids::UnixTime;
use glimpse_terminal::to_hex;
use glimpse_verifier::Outstanding;

/// A folder with a file for each request: `DIGEST.EXPIRES`.
pub(crate) struct Folder {
    folder: PathBuf,
}

impl Folder {
    pub(crate) fn open(folder: &Path) -> std::io::Result<Self> {
        glimpse_terminal::create_private_folder(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Forgets what has expired by `now`.
    fn forget(&self, now: UnixTime) -> std::io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let expires = path.extension().and_then(|e| e.to_str()?.parse().ok());
            // Other files may be another program's, half-way written.
            if expires.is_some_and(|e: u64| e < now.0) {
                match fs::remove_file(path) {
                    // Another program was faster.
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    result => result?,
                }
            }
        }
        Ok(())
    }

    fn find(&self, digest: [u8; 8]) -> std::io::Result<Option<PathBuf>> {
        let name = to_hex(&digest);
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.file_stem().is_some_and(|stem| stem == name.as_str()) {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }
}

impl Outstanding for Folder {
    fn put(
        &mut self,
        digest: [u8; 8],
        octets: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<(), String> {
        self.forget(now).map_err(|e| e.to_string())?;
        let path = self
            .folder
            .join(format!("{}.{}", to_hex(&digest), expires.0));
        glimpse_terminal::write_file(&path, octets).map_err(|e| format!("{e:#}"))
    }

    fn get(&self, digest: [u8; 8]) -> Result<Option<Vec<u8>>, String> {
        let found = self.find(digest).map_err(|e| e.to_string())?;
        let read = |path| fs::read(path).map_err(|e| e.to_string());
        found.map(read).transpose()
    }

    fn use_up(&mut self, digest: [u8; 8]) -> Result<bool, String> {
        let Some(path) = self.find(digest).map_err(|e| e.to_string())? else {
            return Ok(false);
        };
        match fs::remove_file(path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error.to_string()),
        }
        // The removal must outlive a power cut, or the answer would count again after it.
        let synced = File::open(&self.folder).and_then(|folder| folder.sync_all());
        synced.map(|()| true).map_err(|e| e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_used_once_across_restarts_and_forgotten_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Folder::open(folder.path()).unwrap();
        let at = UnixTime;
        open().put([1; 8], b"one", at(10), at(5)).unwrap();
        open().put([2; 8], b"two", at(20), at(10)).unwrap();
        assert_eq!(open().get([1; 8]).unwrap().unwrap(), b"one");
        let (mut first, mut second) = (open(), open());
        assert!(first.use_up([1; 8]).unwrap());
        assert!(!second.use_up([1; 8]).unwrap());
        assert!(open().get([1; 8]).unwrap().is_none());
        open().put([3; 8], b"three", at(40), at(21)).unwrap();
        assert!(open().get([2; 8]).unwrap().is_none());
        assert!(!open().use_up([4; 8]).unwrap());
    }
}
