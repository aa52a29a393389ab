//! Files and folders that are whole, and for their owner alone.

use std::io::Write;
use std::path::Path;

use atomic_write_file::AtomicWriteFile;

/// Writes a file that only its owner may read, since keys and documents on their way are personal;
/// a crash leaves the old file or the new one.
///
/// # Errors
/// What the system says.
pub fn write_atomically(path: &Path, octets: &[u8]) -> std::io::Result<()> {
    write_with_mode(path, octets, 0o600)
}

/// The same for a file that is there for everybody to read.
///
/// # Errors
/// What the system says.
pub fn publish_file(path: &Path, octets: &[u8]) -> std::io::Result<()> {
    write_with_mode(path, octets, 0o644)
}

#[cfg_attr(not(unix), expect(unused_variables, reason = "modes are Unix's"))]
fn write_with_mode(path: &Path, octets: &[u8], mode: u32) -> std::io::Result<()> {
    let mut options = AtomicWriteFile::options();
    #[cfg(unix)]
    {
        atomic_write_file::unix::OpenOptionsExt::preserve_mode(&mut options, false);
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    }
    let mut file = options.open(path)?;
    file.write_all(octets)?;
    file.commit()
}

/// Creates a folder, and those above it, that only its owner may enter.
///
/// # Errors
/// What the system says.
pub fn create_private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn files_are_the_owners() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"readable by all").unwrap();
        write_atomically(&path, b"x").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"x");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        let inner = folder.path().join("a folder/within");
        create_private_folder(&inner).unwrap();
        assert_eq!(mode(&inner), 0o700);
    }
}
