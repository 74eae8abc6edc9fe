#pragma once
#include <wescrm/http/message.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace wescrm::http {

struct StaticFilesConfig {
    std::string folder{};
    std::chrono::seconds cache_time{0};          ///< 0: clients ask again each time (and mostly get a 304)
    std::size_t total_bytes = 64 * 1024 * 1024;  ///< all files together; more is a mistake of the folder
};

/// The files of a folder, read into memory once, so that no request touches the disk and no path leads out of the
/// folder. Files whose names begin with '.' and symbolic links are left out. "a.js.gz" beside "a.js" is sent to whoever
/// accepts gzip.
class StaticFiles {
public:
    /// invalid_input "static_files" if the folder cannot be read or holds too much.
    [[nodiscard]] static Result<StaticFiles> load(StaticFilesConfig config);

    /// For a route that ends in "{file...}": answers with that file, 304 if the client has it, 404 if there is none.
    [[nodiscard]] Handler handler() const;
    /// The same without a router: `name` is the path below the folder, "css/site.css".
    [[nodiscard]] Response respond(std::string_view name, Fields const& request_headers) const;
    /// "?v=…" for links to this file, changing with its content: then it may be cached long. Empty if there is no such
    /// file.
    [[nodiscard]] std::string version_of(std::string_view name) const;

private:
    struct Content;
    explicit StaticFiles(std::shared_ptr<Content const> content) : content_{std::move(content)} {}
    std::shared_ptr<Content const> content_;
};

}  // namespace wescrm::http
