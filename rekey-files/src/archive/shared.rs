//! A file that multiple threads read, each at a position of its own.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

/// A file with a position of its own for each clone.
#[derive(Clone)]
pub(super) struct SharedFile {
    file: Arc<File>,
    at: u64,
}

impl SharedFile {
    pub(super) fn new(file: File) -> Self {
        Self { file: Arc::new(file), at: 0 }
    }
}

impl Read for SharedFile {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let got = std::os::unix::fs::FileExt::read_at(&*self.file, buf, self.at)?;
        #[cfg(windows)]
        let got = std::os::windows::fs::FileExt::seek_read(&*self.file, buf, self.at)?;
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for SharedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (start, distance) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(distance) => (self.at, distance),
            SeekFrom::End(distance) => (self.file.metadata()?.len(), distance),
        };
        self.at = start.checked_add_signed(distance).ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_have_positions_of_their_own() {
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, b"abcdef").unwrap();
        let mut one = SharedFile::new(file);
        let mut other = one.clone();
        let read = |file: &mut SharedFile, count| {
            let mut text = String::new();
            file.take(count).read_to_string(&mut text).unwrap();
            text
        };
        assert_eq!(read(&mut one, 2), "ab");
        assert_eq!(read(&mut other, 1), "a");
        assert_eq!(one.seek(SeekFrom::End(-1)).unwrap(), 5);
        assert_eq!(other.seek(SeekFrom::Current(2)).unwrap(), 3);
        assert_eq!((read(&mut one, 9), read(&mut other, 2)), ("f".to_owned(), "de".to_owned()));
        assert!(one.seek(SeekFrom::Current(-9)).is_err());
    }
}
