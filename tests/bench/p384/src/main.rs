//! Verifies one ECDSA signature (P-384, SHA-384) again and again with AWS-LC
//! and with ring, in turns, and prints "NAME MICROSECONDS" lines: the median
//! round of each. A verification reads the key's point, as one of a document's
//! certificates makes necessary.

use std::time::Instant;

use aws_lc_rs::{rand, signature as aws};
use aws_lc_rs::signature::KeyPair;
use ring::signature as ring_sig;

const ROUNDS: usize = 41;
const BATCH: u32 = 36;
const MESSAGE: [u8; 48] = [0x5a; 48];

fn round(step: &dyn Fn()) -> f64 {
    let start = Instant::now();
    for _ in 0..BATCH {
        step();
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(BATCH)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let key = aws::EcdsaKeyPair::generate(&aws::ECDSA_P384_SHA384_ASN1_SIGNING)
        .expect("a key");
    let sig = key
        .sign(&rand::SystemRandom::new(), &MESSAGE)
        .expect("a signature");
    let point = key.public_key().as_ref();
    let with_aws = || {
        aws::UnparsedPublicKey::new(&aws::ECDSA_P384_SHA384_ASN1, point)
            .verify(&MESSAGE, sig.as_ref())
            .expect("AWS-LC accepts it");
    };
    let with_ring = || {
        ring_sig::UnparsedPublicKey::new(&ring_sig::ECDSA_P384_SHA384_ASN1, point)
            .verify(&MESSAGE, sig.as_ref())
            .expect("ring accepts it");
    };
    let (mut a, mut r) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        a.push(round(&with_aws));
        r.push(round(&with_ring));
    }
    println!("aws-lc {:.2}\nring {:.2}", median(a), median(r));
}
