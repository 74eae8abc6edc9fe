#include "ascii.hpp"

#include <wescrm/base/crypto.hpp>
#include <wescrm/http/static_files.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

namespace wescrm::http {
namespace {

namespace fs = std::filesystem;

struct File {
    std::string type;
    std::string tag;  // of the plain content, without quotes
    std::string plain;
    std::string gzip;  // empty: none
};

std::string_view type_of(std::string_view name) {
    static constexpr auto types = std::to_array<std::pair<std::string_view, std::string_view>>({
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".json", "application/json; charset=utf-8"},
        {".map", "application/json; charset=utf-8"},
        {".webmanifest", "application/manifest+json; charset=utf-8"},
        {".txt", "text/plain; charset=utf-8"},
        {".csv", "text/csv; charset=utf-8"},
        {".svg", "image/svg+xml; charset=utf-8"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".gif", "image/gif"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".woff", "font/woff"},
        {".woff2", "font/woff2"},
        {".pdf", "application/pdf"},
    });
    for (auto const& [extension, type] : types) {
        if (name.ends_with(extension)) return type;
    }
    return "application/octet-stream";
}

std::optional<std::string> read(fs::path const& path) {
    auto file = std::ifstream{path, std::ios::binary};
    if (!file) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>{file}, {}};
}

/// "gzip" among the items of Accept-Encoding, not with q=0.
bool accepts_gzip(Fields const& headers) {
    auto const accepted = headers.find("Accept-Encoding");
    auto found = false;
    ascii::for_each_item(accepted.value_or(""), [&found](std::string_view item) {
        auto const semicolon = std::min(item.find(';'), item.size());
        if (!ascii::equal_without_case(ascii::trim(item.substr(0, semicolon)), "gzip")) return;
        auto const weight = ascii::trim(item.substr(std::min(semicolon + 1, item.size())));
        auto const is_zero = weight.starts_with("q=0") && weight.find_first_of("123456789") == std::string_view::npos;
        found = !is_zero;
    });
    return found;
}

bool has_tag(Fields const& headers, std::string_view etag) {
    auto found = false;
    ascii::for_each_item(headers.find("If-None-Match").value_or(""), [&](std::string_view item) {
        if (item.starts_with("W/")) item.remove_prefix(2);
        found = found || item == "*" || item == etag;
    });
    return found;
}

}  // namespace

struct StaticFiles::Content {
    std::map<std::string, File, std::less<>> files;
    std::string cache_control;
};

Result<StaticFiles> StaticFiles::load(StaticFilesConfig config) {
    auto content = std::make_shared<Content>();
    content->cache_control = config.cache_time.count() > 0
                                 ? "public, max-age=" + std::to_string(config.cache_time.count())
                                 : std::string{"no-cache"};
    auto error = std::error_code{};
    auto entries = fs::recursive_directory_iterator{config.folder, error};
    auto total = std::size_t{0};
    for (; !error && entries != fs::recursive_directory_iterator{}; entries.increment(error)) {
        if (entries->path().filename().string().starts_with('.')) {
            entries.disable_recursion_pending();
            continue;
        }
        if (entries->is_symlink() || !entries->is_regular_file()) continue;
        auto bytes = read(entries->path());
        if (!bytes) return Error{Errc::invalid_input, "static_files", "无法读取 " + entries->path().string()};
        total += bytes->size();
        if (total > config.total_bytes) return Error{Errc::invalid_input, "static_files", "静态文件过大"};
        auto const name = entries->path().lexically_relative(config.folder).generic_string();
        content->files[name] = File{std::string{type_of(name)}, to_hex(sha256(*bytes)).substr(0, 16), *bytes, {}};
    }
    if (error) return Error{Errc::invalid_input, "static_files", "无法读取文件夹 " + config.folder};
    for (auto& [name, file] : content->files) {
        if (auto const packed = content->files.find(name + ".gz"); packed != content->files.end()) {
            file.gzip = packed->second.plain;
        }
    }
    return StaticFiles{std::move(content)};
}

Response StaticFiles::respond(std::string_view name, Fields const& request_headers) const {
    auto const found = content_->files.find(name);
    if (found == content_->files.end()) return problem(404, "not_found", "");
    auto const& file = found->second;
    auto const packed = !file.gzip.empty() && accepts_gzip(request_headers);
    auto const etag = "\"" + file.tag + (packed ? "-gz\"" : "\"");
    auto response = Response{};
    response.headers.set("ETag", etag);
    response.headers.set("Cache-Control", content_->cache_control);
    if (!file.gzip.empty()) response.headers.set("Vary", "Accept-Encoding");
    if (has_tag(request_headers, etag)) {
        response.status = 304;
        return response;
    }
    response.headers.set("Content-Type", file.type);
    if (packed) response.headers.set("Content-Encoding", "gzip");
    response.body = packed ? file.gzip : file.plain;
    return response;
}

Handler StaticFiles::handler() const {
    return [files = *this](Request& request) -> asio::awaitable<Response> {
        auto const name = request.path_parameters.empty() ? std::string{} : request.path_parameters.begin()->second;
        co_return files.respond(name, request.headers);
    };
}

std::string StaticFiles::version_of(std::string_view name) const {
    auto const found = content_->files.find(name);
    return found == content_->files.end() ? std::string{} : "?v=" + found->second.tag;
}

}  // namespace wescrm::http
