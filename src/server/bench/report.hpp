#pragma once
#include <wescrm/base/json.hpp>

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace wescrm::server::bench {

/// One JSON object, in the order in which it was told.
class Report {
public:
    Report& text(std::string_view name, std::string_view value) {
        json::set(document_, name, value, document_.GetAllocator());
        return *this;
    }
    Report& count(std::string_view name, std::int64_t value) { return add(name, json::Value{value}); }
    Report& flag(std::string_view name, bool value) { return add(name, json::Value{value}); }
    /// Rounded to three digits behind the point.
    Report& real(std::string_view name, double value) {
        return add(name, json::Value{std::round(value * 1000) / 1000});
    }
    Report& reals(std::string_view name, std::vector<double> const& values) {
        auto list = json::Value{rapidjson::kArrayType};
        for (auto value : values) list.PushBack(std::round(value * 1000) / 1000, document_.GetAllocator());
        return add(name, std::move(list));
    }
    Report& object(std::string_view name, Report const& inner) {
        return add(name, json::Value{inner.document_, document_.GetAllocator()});
    }
    [[nodiscard]] std::string write() const { return json::write_pretty(document_); }

private:
    Report& add(std::string_view name, json::Value value) {
        json::set(document_, name, std::move(value), document_.GetAllocator());
        return *this;
    }

    json::Document document_{rapidjson::kObjectType};
};

[[nodiscard]] double median(std::vector<double> values);

}  // namespace wescrm::server::bench
