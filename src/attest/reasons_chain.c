#include "attest/reasons.h"

#define FRESH                                                                \
	"let the enclave request a new document from the NSM; for a stored " \
	"document pass the time of its check with --at, which proves "       \
	"nothing about the present"
#define FORGED                                                             \
	"do not trust this document; if it should come from a simulator, " \
	"name "                                                            \
	"its root with --trust sim:ROOT.der"

static const struct reason rows[] = {
	{ "chain-root-untrusted", false, "the root is not trusted",
	  "The bundle begins with a root certificate that was not named. A "
	  "root in the document is never a reason to trust it: anyone can make "
	  "one.",
	  "if this is a simulator's, name its root with --trust sim:ROOT.der"
	  " (sim alone is your own), or qemu:ROOT.der for what \"veraclave "
	  "resign\" signed; else do not"
	  " trust the document" },
	{ "chain-root-development", false,
	  "a development key, and no policy names it",
	  "The name of the root says that it is a development key: the "
	  "document was made without hardware on purpose, and proves nothing "
	  "about an enclave. Only a policy that names the key accepts such a "
	  "document; no option, environment variable or absence of hardware "
	  "does.",
	  "on production systems find out who sends this; if development "
	  "documents should pass, put trust = [\"development:ROOT.der\"] into "
	  "the policy.toml of that system" },
	{ "chain-root-class", false, "the root is of another trust class",
	  "The document is genuine, but of another trust class than the one "
	  "you named: from AWS's hardware although a simulator was named, or "
	  "the reverse.",
	  "name the right root with --trust, or get the document from the "
	  "right enclave" },
	{ "chain-root-missing", false, "the bundle does not begin with a root",
	  "The bundle's first certificate is not self-signed. Hardware sends "
	  "root, region, zone and instance in this order.",
	  "pass the bundle as the hardware made it" },
	{ "chain-order", false, "the bundle is in the wrong order",
	  "The trusted root is in the bundle, but not first. Hardware sends "
	  "the root first.",
	  "pass the bundle as the hardware made it" },
	{ "chain-issuer", false,
	  "a certificate was issued by another authority",
	  "Each certificate names its issuer, but the certificate before it "
	  "has another name. A certificate is missing or belongs to another "
	  "chain.",
	  FORGED },
	{ "chain-signature", false,
	  "a certificate was not signed by its issuer",
	  "The names match but the signature does not: the certificate was "
	  "changed, or someone else made it.",
	  FORGED },
	{ "chain-ca", false, "an issuer is not an authority",
	  "A certificate without CA:TRUE has issued another. The key of an"
	  " enclave must not be able to make enclaves.",
	  FORGED },
	{ "chain-ca-critical", false,
	  "an authority whose basicConstraints are not critical",
	  "RFC 5280 requires critical basicConstraints in an authority's "
	  "certificate, so that no reader ignores them.",
	  FORGED },
	{ "chain-key-usage", false, "an issuer may not sign certificates",
	  "Its key usage lacks keyCertSign.", FORGED },
	{ "chain-path-length", false,
	  "more authorities than a certificate allows",
	  "A certificate limits how many authorities may follow it, and more "
	  "of them follow.",
	  FORGED },
	{ "leaf-ca", false, "the signing certificate is an authority",
	  "The certificate of an enclave has CA:FALSE. An authority's key must"
	  " not sign documents.",
	  FORGED },
	{ "leaf-key-usage", false, "the signing certificate may not sign",
	  "Its key usage lacks digitalSignature, or has keyCertSign, which is"
	  " for authorities only.",
	  FORGED },
	{ "cert-malformed", false, "not a certificate",
	  "The bytes are not exactly one X.509 certificate in DER, or a part "
	  "of it does not decode.",
	  FORGED },
	{ "cert-version", false, "a certificate of an old version",
	  "Only version 3 can state the purpose of a key.", FORGED },
	{ "cert-algorithm", false,
	  "a certificate with another signature algorithm",
	  "All certificates of a Nitro chain are signed with "
	  "ecdsa-with-SHA384, and name it in both places.",
	  FORGED },
	{ "cert-key", false, "a certificate with another kind of key",
	  "All keys of a Nitro chain are on P-384, as a named curve and an"
	  " uncompressed point.",
	  FORGED },
	{ "cert-critical", false, "a critical extension that is not known",
	  "A certificate has a critical extension that this program does not "
	  "know, and must not be used without it. Name constraints and proxy "
	  "certificates always count as critical.",
	  "look for a newer version of this program; if there is none, do not"
	  " trust the document" },
	{ "cert-extension", false, "a duplicate or malformed extension",
	  "Different readers interpret it differently.", FORGED },
	{ "cert-name", false, "a certificate without a subject or an issuer",
	  "The path is built by names, and these are empty.", FORGED },
	{ "leaf-expired", false, "the signing certificate has expired",
	  "Certificates of enclaves are valid for three hours and are reused, "
	  "so even a new document may be valid only for a short time. An old "
	  "document proves nothing: anyone who recorded it can replay it.",
	  FRESH },
	{ "leaf-not-yet-valid", false,
	  "the signing certificate is not valid yet",
	  "The time of this check is before the certificate's validity: one of "
	  "the two clocks, or --at, is wrong.",
	  "check this machine's clock, or the time given with --at" },
	{ "cert-expired", false, "an authority's certificate has expired",
	  "Certificates of regions are valid for weeks, those of zones for "
	  "days, those of instances for one day.",
	  FRESH },
	{ "cert-not-yet-valid", false,
	  "an authority's certificate is not valid yet",
	  "The time of this check is before the certificate's validity: one of "
	  "the two clocks, or --at, is wrong.",
	  "check this machine's clock, or the time given with --at" },
	{ "signature-wrong", false, "the document was not signed by its key",
	  "The signature does not match the payload and the certificate's key: "
	  "the document was changed after signing, or assembled from parts.",
	  FORGED },
	{ "chain-unread", false,
	  "not checked, because the chain is not readable",
	  "This check needs the certificates.",
	  "see the check that failed before" },
	{ "machine", false, "the check was not possible",
	  "The machine failed: there was no memory, or the cryptographic "
	  "library failed. Nothing is known about the document.",
	  "try again with more memory" },
};

const struct reasons reasons_chain = {
	.title = "Certificates and signature",
	.v = rows,
	.n = COUNT(rows),
};
