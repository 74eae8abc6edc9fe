#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace prometheus {
class Registry;
}

namespace wescrm::server {

/// The figures of one server process in Prometheus' form (names: interface of the product). Safe from any thread.
class Metrics {
public:
    Metrics();
    ~Metrics();

    void callback(std::string_view kind, std::string_view result, double seconds);
    void command(std::string_view intent, std::string_view result, double seconds);
    void wecom_request(std::string_view api, int errcode, double seconds);
    void database_wait(std::string_view pool, double seconds);
    /// A gauge or counter that another module keeps itself, e.g. ("wescrm_inbox_depth", {}, 12).
    void set_gauge(std::string const& name, std::string const& help, double value, std::string const& label = {},
                   std::string const& label_value = {});

    /// The text exposition format, with process metrics (memory, processor time, descriptors).
    [[nodiscard]] std::string expose();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wescrm::server
