#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::http {

/// One part of a multipart/form-data body.
struct Part {
    std::string name;
    std::string file_name;     ///< empty: a plain field
    std::string content_type;  ///< empty: none named
    std::string content;
};

/// A multipart/form-data body in the making.
class Multipart {
public:
    /// The boundary is random; tests may name one (letters, digits, '-').
    explicit Multipart(std::string boundary = {});

    /// `part.file_name` and `part.name` may hold anything; quotes and line ends are written as percent escapes.
    /// A file gets `filelength` too, which WeCom's media upload documents.
    void add(Part const& part);
    [[nodiscard]] std::string content_type() const;  ///< value of the Content-Type field
    [[nodiscard]] std::string body() const;

private:
    std::string boundary_;
    std::string parts_;
};

/// The parts of a body with that Content-Type; nullopt if it is none, is broken, or has more than `most_parts`.
[[nodiscard]] std::optional<std::vector<Part>> parse_multipart(std::string_view content_type, std::string_view body,
                                                               std::size_t most_parts = 64);

}  // namespace wescrm::http
