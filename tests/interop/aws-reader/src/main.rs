//! Enclave images as AWS's own library reads and signs them.
//!
//!   aws-reader describe FILE        what it finds, as JSON
//!   aws-reader sign FILE CERT KEY   signs in place

use std::env::args;
use std::path::Path;
use std::process::exit;

use aws_nitro_enclaves_image_format::utils::eif_reader::EifReader;
use aws_nitro_enclaves_image_format::utils::eif_signer::{EifSigner, SignKeyData};
use aws_nitro_enclaves_image_format::utils::PcrSignatureChecker;
use serde_json::{json, Value};

fn describe(path: &str) -> Result<Value, String> {
    let mut reader = EifReader::from_eif(path.to_string())?;
    let measurements = reader.get_measurements()?;
    let signed = reader.signature_section.is_some();
    let mut out = json!({
        "EifVersion": reader.get_header().version,
        "Flags": reader.get_header().flags,
        "CheckCRC": reader.check_crc(),
        "IsSigned": signed,
        "Measurements": measurements,
    });
    if let Some(m) = reader.get_metadata() {
        out["ImageName"] = json!(m.img_name);
        out["ImageVersion"] = json!(m.img_version);
    }
    if signed {
        out["SigningCertificate"] = json!(reader.get_certificate_info(measurements)?);
        out["SignatureCheck"] = json!(reader.sign_check);
        // What a host does before it starts an image.
        PcrSignatureChecker::from_eif(path)?.verify()?;
    }
    Ok(out)
}

fn sign(path: &str, cert: &str, key: &str) -> Result<Value, String> {
    let data = SignKeyData::new(key, Path::new(cert))?;
    EifSigner::new(Some(data))
        .ok_or("no signer")?
        .sign_image(path)?;
    Ok(json!({}))
}

fn main() {
    let words: Vec<String> = args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words[..] {
        ["describe", path] => describe(path),
        ["sign", path, cert, key] => sign(path, cert, key),
        _ => Err("usage: describe FILE | sign FILE CERT KEY".to_string()),
    };
    match result {
        Ok(value) => println!("{value:#}"),
        Err(why) => {
            eprintln!("aws-reader: {why}");
            exit(1);
        }
    }
}
