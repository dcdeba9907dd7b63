//! Verifies one ECDSA signature (P-384, SHA-384) again and again with AWS-LC
//! and with ring, in turns, and prints "NAME MICROSECONDS" lines: the median
//! round of each, in processor time. A verification reads the key's point, as
//! one of a document's certificates makes necessary.

use aws_lc_rs::{rand, signature as aws};
use aws_lc_rs::signature::KeyPair;
use ring::signature as ring_sig;

const ROUNDS: usize = 41;
const BATCH: u32 = 36;
const MESSAGE: [u8; 48] = [0x5a; 48];

/// Seconds of processor time of this thread: others may be busy.
fn processor() -> f64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    let got = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut t) };
    assert_eq!(got, 0, "a clock");
    t.tv_sec as f64 + t.tv_nsec as f64 / 1e9
}

fn round(step: &dyn Fn()) -> f64 {
    let start = processor();
    for _ in 0..BATCH {
        step();
    }
    (processor() - start) * 1e6 / f64::from(BATCH)
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
