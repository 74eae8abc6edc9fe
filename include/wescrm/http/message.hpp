#pragma once
#include <wescrm/async/async.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wescrm::http {

enum class Method { get, head, post, put, patch, delete_, options };
[[nodiscard]] std::string_view name_of(Method method) noexcept;

/// Header fields in the order in which they came; names compare without case.
class Fields {
public:
    void set(std::string_view name, std::string_view value);  ///< replaces all fields of that name
    void add(std::string_view name, std::string_view value);
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;  ///< the first of that name
    [[nodiscard]] auto begin() const { return fields_.begin(); }
    [[nodiscard]] auto end() const { return fields_.end(); }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// The parameters of a query string or of an application/x-www-form-urlencoded body, decoded, in order.
class Parameters {
public:
    /// nullopt: a broken percent escape, a NUL, or text that is not UTF-8.
    [[nodiscard]] static std::optional<Parameters> parse(std::string_view encoded);
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;  ///< the first of that name
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] auto begin() const { return values_.begin(); }
    [[nodiscard]] auto end() const { return values_.end(); }
    void add(std::string name, std::string value) { values_.emplace_back(std::move(name), std::move(value)); }
    [[nodiscard]] std::string encoded() const;

private:
    std::vector<std::pair<std::string, std::string>> values_;
};

struct Request {
    Method method = Method::get;
    std::string path;  ///< percent-decoded, begins with '/', without '.' and '..' segments
    std::string raw_target;
    Parameters query;
    Fields headers;
    std::string body;
    std::string remote_address;  ///< of the peer, or of the client when the peer is a trusted proxy
    bool is_tls = false;
    std::string id;                                                   ///< for logs, queue items and outgoing calls
    std::map<std::string, std::string, std::less<>> path_parameters;  ///< filled by Router: "/customers/{id}" → id
};

/// One piece at a time to a client that keeps the connection open (server-sent events). Used on the connection's
/// executor.
class Stream {
public:
    virtual ~Stream() = default;
    /// False: the client is gone.
    virtual asio::awaitable<bool> write(std::string piece) = 0;
};

struct Response {
    int status = 200;
    Fields headers;
    std::string body;
    /// If set, the body is what this function writes, and the connection closes when it returns.
    std::function<asio::awaitable<void>(Stream&)> stream;

    [[nodiscard]] static Response text(int status, std::string body);  ///< text/plain; charset=utf-8
    [[nodiscard]] static Response html(int status, std::string body);
    [[nodiscard]] static Response json(int status, std::string body);
};

using Handler = std::function<asio::awaitable<Response>(Request&)>;

/// RFC 9457 problem+json for an Error: Errc decides the status, `reason` becomes `code`, field errors become `errors`.
[[nodiscard]] Response problem(Error const& error);
/// The same with a status of its own choosing.
[[nodiscard]] Response problem(int status, std::string_view code, std::string_view detail);

}  // namespace wescrm::http
