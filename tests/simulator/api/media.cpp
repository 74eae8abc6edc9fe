#include "api/functions.hpp"

#include <wescrm/http/multipart.hpp>

#include <algorithm>
#include <charconv>

namespace wescrm::simulator::api {
namespace {

constexpr auto lifetime = hours{72};
constexpr auto media_mebibyte = std::size_t{1024 * 1024};

struct Kind {
    std::string_view name;
    std::size_t most_bytes;
};
constexpr auto media_kinds = std::to_array<Kind>({{"image", 10 * media_mebibyte},
                                                  {"voice", 2 * media_mebibyte},
                                                  {"video", 10 * media_mebibyte},
                                                  {"file", 20 * media_mebibyte}});

bool has_right_content(std::string_view type, std::string_view content) {
    if (type == "image") return content.starts_with("\x89PNG") || content.starts_with("\xff\xd8\xff");
    if (type == "voice") return content.starts_with("#!AMR");
    if (type == "video") return content.size() > 8 && content.substr(4, 4) == "ftyp";
    return true;
}

/// A name that cannot end its quotes or the header line.
std::string safe_name(std::string name) {
    std::erase_if(name, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
    return name;
}

std::optional<std::size_t> media_number_in(std::string_view text) {
    auto value = std::size_t{0};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// One range: "bytes=0-99", "bytes=100-", "bytes=-20". False: it lies outside of the content.
bool write_range(http::Response& response, std::string_view content, std::string_view wanted) {
    if (!wanted.starts_with("bytes=")) return false;
    wanted.remove_prefix(6);
    auto const dash = wanted.find('-');
    if (dash == std::string_view::npos || content.empty()) return false;
    auto first = media_number_in(wanted.substr(0, dash));
    auto last = media_number_in(wanted.substr(dash + 1));
    if (!first && !last) return false;
    if (!first) {
        first = content.size() - std::min(content.size(), *last);
        last = content.size() - 1;
    }
    last = std::min(last.value_or(content.size() - 1), content.size() - 1);
    if (*first > *last) return false;
    response.status = 206;
    response.headers.set("Content-Range", "bytes " + std::to_string(*first) + "-" + std::to_string(*last) + "/" +
                                              std::to_string(content.size()));
    response.body = content.substr(*first, *last - *first + 1);
    return true;
}

Answer range_refusal(std::size_t size) {
    auto answer = Answer{};
    auto response = http::Response::text(416, "");
    response.headers.set("Content-Range", "bytes */" + std::to_string(size));
    answer.download = std::move(response);
    return answer;
}

}  // namespace

Answer media_upload(World& world, Call& call) {
    auto const type = call.query("type");
    auto const* kind = static_cast<Kind const*>(nullptr);
    for (auto const& candidate : media_kinds) {
        if (candidate.name == type) kind = &candidate;
    }
    if (kind == nullptr) return Answer::fail(40004);
    auto const content_type = call.request.headers.find("Content-Type").value_or("");
    auto parts = http::parse_multipart(content_type, call.request.body);
    if (!parts) return Answer::fail(41005);
    for (auto& part : *parts) {
        if (part.name != "media") continue;
        if (part.content.empty()) return Answer::fail(44001);
        if (part.content.size() <= 5) return Answer::fail(40006);
        if (part.content.size() > kind->most_bytes) return Answer::fail(45001);
        if (!has_right_content(type, part.content)) return Answer::fail(40004, "content does not fit the type");
        auto const id = "media-" + random_word(40);
        auto const now = world.now();
        call.detail = type + " " + part.file_name;
        world.media[id] =
            Media{call.corp->corp_id,      type,          std::move(part.file_name), std::move(part.content_type),
                  std::move(part.content), now + lifetime};
        auto out = JsonOut{};
        out.object().text("type", type).text("media_id", id);
        out.text("created_at", std::to_string(unix_seconds(now))).end();
        return Answer::ok(out);
    }
    return Answer::fail(41005);
}

Answer media_get(World& world, Call& call) {
    auto const at = world.media.find(call.query("media_id"));
    if (at == world.media.end() || at->second.corp_id != call.corp->corp_id || at->second.expires <= world.now()) {
        return Answer::fail(40007);
    }
    auto answer = Answer{};
    auto response = http::Response{};
    response.headers.set("Content-Type",
                         at->second.content_type.empty() ? "application/octet-stream" : at->second.content_type);
    response.headers.set("Content-Disposition", "attachment; filename=\"" + safe_name(at->second.file_name) + "\"");
    if (auto const wanted = call.request.headers.find("Range")) {
        if (!write_range(response, at->second.content, *wanted)) return range_refusal(at->second.content.size());
    } else {
        response.body = at->second.content;
    }
    answer.download = std::move(response);
    return answer;
}

}  // namespace wescrm::simulator::api
