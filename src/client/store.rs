//! What a client keeps on its machine: keys, the servers it knows, the last names, what was read.
//!
//! Each thing is a file of its own, written whole and moved into place, so that many clients can
//! share the folder and none loses what another has written.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use ring::digest::{SHA256, digest};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

mod kept;

pub use kept::Remains;

use super::sentence::Sentence;

/// Bytes of a file's name at most; longer names go by their hash.
const FILE_NAME_MAX: usize = 180;

/// The most bytes of a file; what we write is far shorter.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The folder of a client.
#[derive(Clone, Debug)]
pub struct Store {
    folder: PathBuf,
}

/// A key with the certificate that shows it.
#[derive(Debug)]
pub struct ClientKey {
    /// The certificate, signed by the key itself.
    pub certificate: CertificateDer<'static>,
    /// The private key.
    pub private: PrivatePkcs8KeyDer<'static>,
    /// The SHA-256 of its SubjectPublicKeyInfo: who one is to the server.
    pub fingerprint: [u8; 32],
}

impl Clone for ClientKey {
    fn clone(&self) -> Self {
        Self {
            certificate: self.certificate.clone(),
            private: self.private.clone_key(),
            fingerprint: self.fingerprint,
        }
    }
}

impl Store {
    /// The store in a folder, which is made when it is not there.
    pub fn open(folder: &Path) -> Result<Self> {
        make_folder(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// Where the identity of the server at an address is kept.
    pub fn pin_path(&self, address: &str) -> PathBuf {
        self.folder.join("pins").join(file_name(address))
    }

    /// The identity that the server at an address had.
    pub fn pin(&self, address: &str) -> Result<Option<String>> {
        read(&self.pin_path(address))
    }

    /// Keeps the identity of the server at an address.
    pub fn set_pin(&self, address: &str, identity: &str) -> Result<()> {
        write(&self.pin_path(address), identity)
    }

    /// The key of a name on a server, made when there is none.
    pub fn key(&self, identity: &str, name: &str) -> Result<ClientKey> {
        let path = self.person(identity, name).join("key.pem");
        if let Some(pem) = read(&path)? {
            return parse_key(&pem).map_err(|_broken| of_path("store-no-key", &path).into());
        }
        let pem = make_key()?;
        write_new(&path, &pem)?;
        // Another client may have made it at the same moment; what is in the file counts.
        let kept = read(&path)?.unwrap_or(pem);
        parse_key(&kept)
    }

    /// Files the key of one name under a further one.
    pub fn copy_key(&self, identity: &str, from: &str, to: &str) -> Result<()> {
        let source = self.person(identity, from).join("key.pem");
        match read(&source)? {
            Some(pem) => write_new(&self.person(identity, to).join("key.pem"), &pem),
            None => Ok(()),
        }
    }

    /// The name last used on a server.
    pub fn last_name(&self, identity: &str) -> Result<Option<String>> {
        read(&self.server(identity).join("name"))
    }

    /// Keeps the name last used on a server.
    pub fn set_last_name(&self, identity: &str, name: &str) -> Result<()> {
        write(&self.server(identity).join("name"), name)
    }

    /// Writes a text for another program to change, where only its owner can read it.
    pub fn write_scratch(&self, text: &str) -> Result<PathBuf> {
        let path = self.folder.join(format!("draft-{}.txt", random_word()?));
        write(&path, text)?;
        Ok(path)
    }

    /// Who is ignored under a name, one a line.
    pub fn ignored(&self, identity: &str, name: &str) -> Result<Vec<String>> {
        let text = read(&self.person(identity, name).join("ignored"))?;
        let lines = text.iter().flat_map(|text| text.lines());
        Ok(lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect())
    }

    /// Keeps who is ignored under a name.
    pub fn set_ignored(&self, identity: &str, name: &str, ignored: &[String]) -> Result<()> {
        let path = self.person(identity, name).join("ignored");
        move_aside_unreadable(&path);
        write(&path, &ignored.join("\n"))
    }

    fn server(&self, identity: &str) -> PathBuf {
        self.folder.join("servers").join(file_name(identity))
    }

    fn person(&self, identity: &str, name: &str) -> PathBuf {
        self.server(identity).join("names").join(file_name(name))
    }
}

/// A name as one that every file system takes; names that differ by case alone are one.
fn file_name(name: &str) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_alphanumeric() || matches!(c, '-' | '_') {
            out.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                // Writing to a text does not fail.
                let _ = write!(out, "%{byte:02x}");
            }
        }
    }
    if out.is_empty() || out.len() > FILE_NAME_MAX {
        return hex(digest(&SHA256, name.as_bytes()).as_ref());
    }
    out
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(path: &Path) -> Result<Option<String>> {
    match read_file(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let why = match error.kind() == ErrorKind::InvalidData {
                true => Sentence::text("io-no-text"),
                false => Sentence::from(&error),
            };
            Err(of_path("store-unreadable", path).with("why", why).into())
        }
    }
}

/// Reads a file, unless it is none or too large: a pipe would be waited for.
fn read_file(path: &Path) -> std::io::Result<String> {
    use std::io::Read;
    if !fs::metadata(path)?.is_file() {
        return Err(ErrorKind::IsADirectory.into());
    }
    let mut text = String::new();
    let mut file = fs::File::open(path)?.take(FILE_BYTES_MAX + 1);
    if file.read_to_string(&mut text)? as u64 > FILE_BYTES_MAX {
        return Err(ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

/// Moves away what cannot be read, so that writing in its place loses nothing.
fn move_aside_unreadable(path: &Path) {
    if read(path).is_err() {
        // What cannot be moved either is said by whoever writes.
        let _ = fs::rename(path, path.with_extension("unreadable"));
    }
}

/// Writes a file whole, or not at all.
fn write(path: &Path, text: &str) -> Result<()> {
    let beside = write_beside(path, text)?;
    fs::rename(&beside, path).map_err(|error| unwritten(path, &error))
}

/// Writes a file unless it is there.
fn write_new(path: &Path, text: &str) -> Result<()> {
    let beside = write_beside(path, text)?;
    let linked = fs::hard_link(&beside, path);
    let is_there = match &linked {
        Ok(()) => true,
        Err(error) => error.kind() == ErrorKind::AlreadyExists,
    };
    if is_there {
        // What is left beside harms nobody.
        let _ = fs::remove_file(&beside);
        return Ok(());
    }
    // A file system without links.
    fs::rename(&beside, path).map_err(|error| unwritten(path, &error))
}

/// A word that nobody else has: sixteen random digits.
pub(super) fn random_word() -> Result<String> {
    let mut random = [0; 8];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut random)
        .map_err(|_unspecified| Sentence::text("system-no-chance"))?;
    Ok(hex(&random))
}

fn write_beside(path: &Path, text: &str) -> Result<PathBuf> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let beside = path.with_extension(format!("{}.new", random_word()?));
    let written = || -> std::io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    written().map_err(|error| unwritten(path, &error))?;
    Ok(beside)
}

fn make_folder(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| {
        of_path("store-no-folder", folder)
            .with("why", &error)
            .into()
    })
}

fn of_path(key: &'static str, path: &Path) -> Sentence {
    Sentence::text(key).with("path", path.display().to_string())
}

fn unwritten(path: &Path, error: &std::io::Error) -> anyhow::Error {
    of_path("store-unwritten", path).with("why", error).into()
}

fn make_key() -> Result<String> {
    let pair = rcgen::KeyPair::generate().map_err(|error| no_key(&error))?;
    let mut params = rcgen::CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "chatroom");
    let certificate = params.self_signed(&pair).map_err(|error| no_key(&error))?;
    Ok(format!("{}{}", certificate.pem(), pair.serialize_pem()))
}

fn no_key(error: &rcgen::Error) -> Sentence {
    Sentence::text("system-no-key").with("why", error.to_string())
}

fn parse_key(pem: &str) -> Result<ClientKey> {
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes())
        .map_err(|error| anyhow::anyhow!("no certificate: {error}"))?;
    let private = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes())
        .map_err(|error| anyhow::anyhow!("no private key: {error}"))?;
    let fingerprint = public_key_hash(&certificate)?;
    Ok(ClientKey {
        certificate,
        private,
        fingerprint,
    })
}

/// The SHA-256 of the public key in a certificate.
pub fn public_key_hash(certificate: &CertificateDer<'_>) -> Result<[u8; 32]> {
    let parsed = webpki::EndEntityCert::try_from(certificate)
        .map_err(|error| anyhow::anyhow!("the certificate cannot be read: {error}"))?;
    let key = parsed.subject_public_key_info();
    let hash = digest(&SHA256, key.as_ref());
    Ok(hash.as_ref().try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("client")).unwrap();
        (folder, store)
    }

    #[test]
    fn a_key_belongs_to_a_server_and_a_name_and_stays() {
        let (_folder, store) = store();
        let bob = store.key("s1", "bob").unwrap();
        assert_eq!(store.key("s1", "Bob").unwrap().fingerprint, bob.fingerprint);
        assert_ne!(
            store.key("s1", "alice").unwrap().fingerprint,
            bob.fingerprint
        );
        assert_ne!(store.key("s2", "bob").unwrap().fingerprint, bob.fingerprint);
        store.copy_key("s1", "bob", "张三").unwrap();
        assert_eq!(
            store.key("s1", "张三").unwrap().fingerprint,
            bob.fingerprint
        );
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_a_key() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, store) = store();
        store.key("s", "bob").unwrap();
        let path = store.person("s", "bob").join("key.pem");
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn keys_made_at_once_are_one() {
        let (_folder, store) = store();
        let makers: Vec<_> = (0..8)
            .map(|_| {
                let store = store.clone();
                std::thread::spawn(move || store.key("s", "bob").unwrap().fingerprint)
            })
            .collect();
        let made: Vec<_> = makers.into_iter().map(|one| one.join().unwrap()).collect();
        assert!(made.iter().all(|one| *one == made[0]));
    }

    #[test]
    fn what_is_kept_is_found_again() {
        let (_folder, store) = store();
        assert_eq!(store.pin("h:1").unwrap(), None);
        store.set_pin("h:1", "abc").unwrap();
        assert_eq!(store.pin("h:1").unwrap().as_deref(), Some("abc"));
        store.set_last_name("abc", "bob").unwrap();
        assert_eq!(store.last_name("abc").unwrap().as_deref(), Some("bob"));
    }

    #[test]
    fn who_was_ignored_is_not_lost_with_a_list_that_cannot_be_read() {
        let (_folder, store) = store();
        store.set_ignored("s", "bob", &["eve".into()]).unwrap();
        let path = store.person("s", "bob").join("ignored");
        fs::write(&path, b"eve\n\xff").unwrap();
        let why = store.ignored("s", "bob").unwrap_err().to_string();
        assert!(why.contains(path.to_str().unwrap()), "{why}");
        store.set_ignored("s", "bob", &["mallory".into()]).unwrap();
        assert_eq!(store.ignored("s", "bob").unwrap(), ["mallory"]);
        let aside = fs::read(path.with_extension("unreadable")).unwrap();
        assert_eq!(aside, b"eve\n\xff");
    }

    #[test]
    fn what_is_no_file_or_too_large_is_not_read() {
        let (_folder, store) = store();
        store.set_ignored("s", "bob", &[]).unwrap();
        let path = store.person("s", "bob").join("ignored");
        fs::write(&path, "x".repeat(2 << 20)).unwrap();
        assert!(store.ignored("s", "bob").is_err());
        fs::remove_file(&path).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
            assert!(store.ignored("s", "bob").is_err());
            fs::remove_file(&path).unwrap();
        }
        fs::create_dir(&path).unwrap();
        assert!(store.ignored("s", "bob").is_err());
    }

    #[test]
    fn no_name_leaves_the_folder() {
        assert_eq!(file_name("../a"), "%2e%2e%2fa");
        assert_eq!(file_name("Bob[1]"), "bob%5b1%5d");
        assert_eq!(file_name(""), hex(digest(&SHA256, b"").as_ref()));
        assert!(file_name(&"x/".repeat(200)).len() == 64);
    }
}
