// A client of /dev/nsm in Go with the library hf/nsm, linked statically.
// client DOCUMENT
package main

import (
	"fmt"
	"os"
	"sync"

	"github.com/hf/nsm"
	"github.com/hf/nsm/request"
	"github.com/hf/nsm/response"
)

func fail(format string, a ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", a...)
	os.Exit(1)
}

func ask(s *nsm.Session, r request.Request) response.Response {
	got, err := s.Send(r)
	if err != nil {
		fail("%T: %v", r, err)
	}
	return got
}

func main() {
	s, err := nsm.OpenDefaultSession()
	if err != nil {
		fail("%v", err)
	}
	d := ask(s, &request.DescribeNSM{}).DescribeNSM
	if d == nil || d.MaxPCRs != 32 || len(d.LockedPCRs) != 16 ||
		d.Digest != response.DigestSHA384 {
		fail("DescribeNSM: %+v", d)
	}
	extend := &request.ExtendPCR{Index: 16, Data: []byte("abcd")}
	if r := ask(s, extend); r.ExtendPCR == nil || len(r.ExtendPCR.Data) != 48 {
		fail("ExtendPCR: %+v", r)
	}
	if r := ask(s, &request.LockPCR{Index: 16}); r.Error != "" {
		fail("LockPCR: %+v", r)
	}
	if r := ask(s, extend); r.Error != response.ECReadOnlyIndex {
		fail("ExtendPCR of a locked register: %+v", r)
	}
	// Many at once, each through a session of its own.
	var all sync.WaitGroup
	for i := 0; i < 8; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			own, err := nsm.OpenDefaultSession()
			if err != nil {
				fail("%v", err)
			}
			for k := 0; k < 20; k++ {
				r := ask(own, &request.DescribePCR{Index: 16})
				if r.DescribePCR == nil || !r.DescribePCR.Lock {
					fail("DescribePCR: %+v", r)
				}
			}
			random := make([]byte, 1000)
			if n, err := own.Read(random); n != 1000 || err != nil {
				fail("GetRandom: %d %v", n, err)
			}
			if err := own.Close(); err != nil {
				fail("%v", err)
			}
		}()
	}
	all.Wait()
	r := ask(s, &request.Attestation{Nonce: []byte("nonce")})
	if r.Attestation == nil {
		fail("Attestation: %+v", r)
	}
	if err := os.WriteFile(os.Args[1], r.Attestation.Document, 0o644); err != nil {
		fail("%v", err)
	}
}
