//! A client of /dev/nsm in Rust with AWS's own library. client DOCUMENT
use aws_nitro_enclaves_nsm_api::api::{Digest, ErrorCode, Request, Response};
use aws_nitro_enclaves_nsm_api::driver::{nsm_exit, nsm_init, nsm_process_request};
use serde_bytes::ByteBuf;

fn extend() -> Request {
    Request::ExtendPCR { index: 16, data: b"abcd".to_vec() }
}

fn main() {
    let fd = nsm_init();
    assert!(fd >= 0, "nsm_init");
    match nsm_process_request(fd, Request::DescribeNSM) {
        Response::DescribeNSM { max_pcrs: 32, locked_pcrs, digest: Digest::SHA384, .. } => {
            assert_eq!(locked_pcrs.len(), 16)
        }
        other => panic!("{:?}", other),
    }
    match nsm_process_request(fd, extend()) {
        Response::ExtendPCR { data } => assert_eq!(data.len(), 48),
        other => panic!("{:?}", other),
    }
    match nsm_process_request(fd, Request::LockPCR { index: 16 }) {
        Response::LockPCR => (),
        other => panic!("{:?}", other),
    }
    match nsm_process_request(fd, extend()) {
        Response::Error(ErrorCode::ReadOnlyIndex) => (),
        other => panic!("{:?}", other),
    }
    match nsm_process_request(fd, Request::DescribePCR { index: 32 }) {
        Response::Error(ErrorCode::InvalidIndex) => (),
        other => panic!("{:?}", other),
    }
    match nsm_process_request(fd, Request::LockPCRs { range: 16 }) {
        Response::LockPCRs => (),
        other => panic!("{:?}", other),
    }
    match nsm_process_request(fd, Request::GetRandom) {
        Response::GetRandom { random } => assert_eq!(random.len(), 256),
        other => panic!("{:?}", other),
    }
    let ask = Request::Attestation {
        user_data: None,
        nonce: Some(ByteBuf::from(b"nonce".to_vec())),
        public_key: None,
    };
    match nsm_process_request(fd, ask) {
        Response::Attestation { document } => {
            std::fs::write(std::env::args().nth(1).unwrap(), document).unwrap()
        }
        other => panic!("{:?}", other),
    }
    nsm_exit(fd);
}
