//! What is published, as files: any web server, mirror or memory stick carries them in the layout
//! of the service. spec:GL-4-FILES

use std::path::Path;
use std::time::Duration;

use glimpse_core::credential::Manifest;
use glimpse_core::ids::{EpochDay, KeyId, SchemaId};
use glimpse_terminal::{publish_file, to_hex};
use sha2::{Digest, Sha256};

use super::KEEP_SECONDS;
use crate::records::published;
use crate::store::StoreError;
use crate::{Office, OfficeError};

/// How many epochs of a schema and key a folder keeps.
const EPOCHS: usize = 2;

/// What an export has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many files were new or other than before.
    pub written: u64,
    /// How many were there already.
    pub kept: u64,
    /// How many that no manifest names were removed.
    pub removed: u64,
}

/// The name of a manifest within its folder.
const MANIFEST: &str = "manifest";

fn file(what: &'static str) -> impl FnOnce(std::io::Error) -> OfficeError {
    move |source| OfficeError::File { what, source }
}

impl Office {
    /// Writes everything that is published into a folder, where it is not there yet: each manifest
    /// after its buckets. `tell` hears how many files are done, and of how many.
    ///
    /// # Errors
    /// [`OfficeError::File`], [`OfficeError::Store`].
    pub fn export_renewals(
        &self,
        to: &Path,
        tell: &dyn Fn(u64, u64),
    ) -> Result<Exported, OfficeError> {
        let mut exported = Exported::default();
        for (schema, key) in self.store.read(published::published)? {
            self.export(schema, key, to, tell, &mut exported)?;
        }
        Ok(exported)
    }

    fn export(
        &self,
        schema: SchemaId,
        key: KeyId,
        to: &Path,
        tell: &dyn Fn(u64, u64),
        exported: &mut Exported,
    ) -> Result<(), OfficeError> {
        let (octets, manifest) = self.read_manifest(schema, key)?;
        let folder = to
            .join("renewal")
            .join(schema.to_string())
            .join(key.to_string());
        let buckets = folder.join(manifest.epoch.0.to_string());
        std::fs::create_dir_all(&buckets).map_err(file("creating the folder to export to"))?;
        let all = manifest.buckets.len() as u64 + 1;
        for (number, digest) in (1..).zip(&manifest.buckets) {
            let path = buckets.join(to_hex(digest));
            if holds(&path, digest) {
                exported.kept += 1;
            } else {
                let bucket = self.renewal_bucket(schema, key, manifest.epoch, digest)?;
                let bucket = bucket.ok_or(StoreError::Damaged)?;
                publish_file(&path, &bucket).map_err(file("writing a bucket"))?;
                exported.written += 1;
            }
            tell(number, all);
        }
        // The manifest last: who sees it finds every bucket.
        let path = folder.join(MANIFEST);
        if holds(&path, &Sha256::digest(&octets).into()) {
            exported.kept += 1;
        } else {
            publish_file(&path, &octets).map_err(file("writing a manifest"))?;
            exported.written += 1;
        }
        tell(all, all);
        exported.removed += clear(&folder, &manifest).map_err(file("removing old buckets"))?;
        Ok(())
    }
}

fn holds(path: &Path, digest: &[u8; 32]) -> bool {
    std::fs::read(path).is_ok_and(|octets| <[u8; 32]>::from(Sha256::digest(octets)) == *digest)
}

/// Removes epochs but the latest, and of this epoch what its manifest has not named for a while.
/// Nothing but files with names as this program gives them is touched.
fn clear(folder: &Path, manifest: &Manifest) -> std::io::Result<u64> {
    let mut epochs: Vec<EpochDay> = names(folder)?
        .iter()
        .filter_map(|name| name.parse().ok().map(EpochDay))
        .collect();
    epochs.sort_unstable();
    epochs.reverse();
    let mut removed = 0;
    for (place, epoch) in epochs.into_iter().enumerate() {
        let folder = folder.join(epoch.0.to_string());
        for name in names(&folder)? {
            let Ok(digest) = glimpse_terminal::hex::<32>(&name) else {
                continue;
            };
            let path = folder.join(name);
            let named = epoch == manifest.epoch && manifest.buckets.contains(&digest);
            if place >= EPOCHS || (epoch == manifest.epoch && !named && is_old(&path)) {
                std::fs::remove_file(path)?;
                removed += 1;
            }
        }
        if place >= EPOCHS {
            // Something else may be in it, which is not ours to remove.
            let _ = std::fs::remove_dir(folder);
        }
    }
    Ok(removed)
}

fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let entries = std::fs::read_dir(folder)?;
    let name = |entry: std::io::Result<std::fs::DirEntry>| Ok(entry?.file_name().into_string());
    let names = entries.map(name).collect::<std::io::Result<Vec<_>>>()?;
    Ok(names.into_iter().filter_map(Result::ok).collect())
}

fn is_old(path: &Path) -> bool {
    let modified = path.metadata().and_then(|about| about.modified());
    let age = modified.ok().and_then(|modified| modified.elapsed().ok());
    age.is_some_and(|age| age > Duration::from_secs(KEEP_SECONDS))
}
