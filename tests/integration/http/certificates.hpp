#pragma once
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace wescrm::http::tests {

/// A certificate authority and a server certificate for one DNS name, as PEM files that go with this object.
class Certificates {
public:
    explicit Certificates(std::string const& dns_name) : folder_{make_folder()} {
        auto const ca_key = make_key();
        auto const ca = make("test ca", ca_key.get(), nullptr, ca_key.get(), "", true);
        auto const key = make_key();
        auto const leaf = make(dns_name, key.get(), ca.get(), ca_key.get(), "DNS:" + dns_name, false);
        write_certificate(ca_file(), ca.get());
        write_certificate(certificate_file(), leaf.get());
        auto const file = open(key_file());
        if (PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) fail();
    }
    ~Certificates() { std::filesystem::remove_all(folder_); }
    Certificates(Certificates const&) = delete;
    Certificates& operator=(Certificates const&) = delete;

    [[nodiscard]] std::string ca_file() const { return folder_ + "/ca.pem"; }
    [[nodiscard]] std::string certificate_file() const { return folder_ + "/server.pem"; }
    [[nodiscard]] std::string key_file() const { return folder_ + "/server.key"; }

private:
    using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
    using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

    [[noreturn]] static void fail() { throw std::runtime_error{"certificate"}; }
    static std::string make_folder() {
        auto path = (std::filesystem::temp_directory_path() / "wescrm-tls-XXXXXX").string();
        if (!::mkdtemp(path.data())) fail();
        return path;
    }
    static File open(std::string const& path) {
        auto file = File{std::fopen(path.c_str(), "w"), std::fclose};
        if (!file) fail();
        return file;
    }
    static Key make_key() { return Key{EVP_EC_gen("P-256"), EVP_PKEY_free}; }
    static void write_certificate(std::string const& path, X509* certificate) {
        auto const file = open(path);
        if (PEM_write_X509(file.get(), certificate) != 1) fail();
    }
    static void extend(X509* certificate, X509* issuer, int kind, std::string const& value) {
        auto context = X509V3_CTX{};
        X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
        auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
        if (!extension) fail();
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
    static Certificate make(std::string const& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key,
                            std::string const& alternative, bool is_ca) {
        auto certificate = Certificate{X509_new(), X509_free};
        X509_set_version(certificate.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), is_ca ? 1 : 2);
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
        X509_set_pubkey(certificate.get(), key);
        auto* const subject = X509_get_subject_name(certificate.get());
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<unsigned char const*>(name.c_str()),
                                   -1, -1, 0);
        X509_set_issuer_name(certificate.get(), issuer ? X509_get_subject_name(issuer) : subject);
        auto* const signer = issuer ? issuer : certificate.get();
        extend(certificate.get(), signer, NID_basic_constraints, is_ca ? "critical,CA:TRUE" : "CA:FALSE");
        if (!alternative.empty()) extend(certificate.get(), signer, NID_subject_alt_name, alternative);
        if (X509_sign(certificate.get(), issuer_key, EVP_sha256()) == 0) fail();
        return certificate;
    }

    std::string folder_;
};

}  // namespace wescrm::http::tests
