#include "attest/reasons.h"

#define FRESH                                                                 \
	"have the enclave ask the NSM for a new document; for a stored one "  \
	"give the time at which it was checked then with --at, knowing that " \
	"this says nothing about now"
#define FORGED                                                             \
	"do not trust this document; if it should come from a simulator, " \
	"name "                                                            \
	"that one's root with --trust sim:ROOT.der"

static const struct reason rows[] = {
	{ "chain-root-untrusted", false, "the root is none that you trust",
	  "The bundle begins with a root certificate that was not named. A"
	  " root is never trusted because it came along: anybody can make"
	  " one.",
	  "if this is a simulator's, name its root with --trust sim:ROOT.der"
	  " (sim alone is your own), or qemu:ROOT.der for what \"veraclave "
	  "resign\" signed; else do not"
	  " trust the document" },
	{ "chain-root-development", false,
	  "a development key, and no policy names it",
	  "The root says of itself that it is a development key: the document"
	  " was made where there is no hardware, on purpose, and proves"
	  " nothing about an enclave. No option, no environment variable and"
	  " no absence of hardware lets such a document in, only a policy that"
	  " names the key.",
	  "on production systems find out who sends this; where development"
	  " documents shall pass, put trust = [\"development:ROOT.der\"] into"
	  " the policy.toml of that system" },
	{ "chain-root-class", false, "the root is of another trust class",
	  "The document is genuine, but from another world than the one you"
	  " asked for: from AWS's hardware where a simulator was named, or"
	  " the other way round.",
	  "give the --trust that fits, or get the document from the right"
	  " enclave" },
	{ "chain-root-missing", false, "the bundle does not begin with a root",
	  "The bundle's first certificate is not issued by itself. Hardware"
	  " sends root, region, zone and instance in this order.",
	  "pass the bundle as the hardware made it" },
	{ "chain-order", false, "the bundle is in the wrong order",
	  "The trusted root is in the bundle, but not in front. Hardware"
	  " sends the root first.",
	  "pass the bundle as the hardware made it" },
	{ "chain-issuer", false, "a certificate is not its neighbour's issue",
	  "Each certificate names its issuer; here the one before it has"
	  " another name. A link is missing or belongs to another chain.",
	  FORGED },
	{ "chain-signature", false,
	  "a certificate was not signed by its issuer",
	  "The names fit and the signature does not: the certificate was"
	  " changed, or made by somebody else.",
	  FORGED },
	{ "chain-ca", false, "an issuer is no authority",
	  "A certificate without CA:TRUE has issued another. The key of an"
	  " enclave must not be able to make enclaves.",
	  FORGED },
	{ "chain-ca-critical", false,
	  "an authority by an extension that may be passed over",
	  "An authority's basicConstraints are critical: a reader that does"
	  " not know them must not go on.",
	  FORGED },
	{ "chain-key-usage", false, "an issuer may not sign certificates",
	  "Its key usage lacks keyCertSign.", FORGED },
	{ "chain-path-length", false, "more authorities than one allows",
	  "A certificate limits how many authorities may follow it, and more"
	  " do.",
	  FORGED },
	{ "leaf-ca", false, "the signing certificate is an authority",
	  "The certificate of an enclave has CA:FALSE. An authority's key must"
	  " not sign documents.",
	  FORGED },
	{ "leaf-key-usage", false, "the signing certificate may not sign",
	  "Its key usage lacks digitalSignature, or has keyCertSign, which is"
	  " for authorities only.",
	  FORGED },
	{ "cert-malformed", false, "a certificate that is none",
	  "It is not one X.509 certificate in DER, or something in it does"
	  " not decode.",
	  FORGED },
	{ "cert-version", false, "a certificate of an old version",
	  "Only version 3 can say what a key is for.", FORGED },
	{ "cert-algorithm", false, "a certificate with another signature",
	  "All certificates of a Nitro chain are signed with"
	  " ecdsa-with-SHA384, named alike inside and outside.",
	  FORGED },
	{ "cert-key", false, "a certificate with another kind of key",
	  "All keys of a Nitro chain are on P-384, as a named curve and an"
	  " uncompressed point.",
	  FORGED },
	{ "cert-critical", false, "a critical extension that is not known",
	  "A certificate says that it must not be used without understanding"
	  " an extension, which this program does not. Name constraints and"
	  " proxy certificates count as critical in any case.",
	  "look for a newer version of this program; if there is none, do not"
	  " trust the document" },
	{ "cert-extension", false, "an extension twice, or one that is broken",
	  "Readers differ in what they make of it.", FORGED },
	{ "cert-name", false, "a certificate without a subject or an issuer",
	  "The path goes by names, and these are empty.", FORGED },
	{ "leaf-expired", false, "the signing certificate has expired",
	  "Certificates of enclaves live three hours and are reused, so that"
	  " even a new document may have little time left. An old document is"
	  " worth nothing: whoever recorded it can play it back.",
	  FRESH },
	{ "leaf-not-yet-valid", false,
	  "the signing certificate is not valid yet",
	  "The time of this check lies before the certificate's life: one of"
	  " the two clocks is wrong, or --at is.",
	  "check this machine's clock, or the time given with --at" },
	{ "cert-expired", false, "an authority's certificate has expired",
	  "Regions' certificates live weeks, zones' days, instances' one day.",
	  FRESH },
	{ "cert-not-yet-valid", false,
	  "an authority's certificate is not valid yet",
	  "The time of this check lies before the certificate's life: one of"
	  " the two clocks is wrong, or --at is.",
	  "check this machine's clock, or the time given with --at" },
	{ "signature-wrong", false, "the document was not signed by its key",
	  "The signature does not fit the payload and the certificate's key:"
	  " the document was changed after it was signed, or put together.",
	  FORGED },
	{ "chain-unread", false,
	  "not looked at, since the chain is not readable",
	  "Without certificates there is nothing to check this with.",
	  "see the check that failed before" },
	{ "machine", false, "the check could not be done",
	  "The machine failed: no memory, or the crypto library would not"
	  " work. Nothing is known about the document.",
	  "try again with more memory" },
};

const struct reasons reasons_chain = {
	.title = "Certificates and signature",
	.v = rows,
	.n = COUNT(rows),
};
