#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

#include <wescrm/base/json.hpp>
#include <wescrm/base/log.hpp>
#include <wescrm/base/text.hpp>

namespace wescrm::log {
namespace {

std::atomic<Format> chosen_format{Format::text};

spdlog::logger& logger() {
    static auto const instance = [] {
        auto made = spdlog::stderr_logger_mt("wescrm");
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
        return made;
    }();
    return *instance;
}

bool needs_quotes(std::string_view value) {
    return value.empty() || value.find_first_of(" \"=\\") != std::string_view::npos;
}

std::string as_text(std::string_view event, Fields fields) {
    auto line = std::string{event};
    for (auto const& field : fields) {
        auto shown = text::one_line(field.shown);
        if (needs_quotes(shown)) shown = '"' + text::replace_all(text::replace_all(std::move(shown), "\\", "\\\\"), "\"", "\\\"") + '"';
        line += ' ';
        line += field.key;
        line += '=';
        line += shown;
    }
    return line;
}

std::string as_json(std::string_view event, char const* level, Fields fields) {
    auto buffer = json::Buffer{};
    auto writer = json::Writer{buffer};
    auto const write = [&writer](std::string_view s) { writer.String(s.data(), static_cast<unsigned>(s.size())); };
    writer.StartObject();
    write("level");
    write(level);
    write("event");
    write(event);
    for (auto const& field : fields) {
        write(field.key);
        if (field.is_number) writer.RawValue(field.shown.data(), field.shown.size(), rapidjson::kNumberType);
        else write(text::is_valid_utf8(field.shown) ? std::string_view{field.shown} : std::string_view{"(not UTF-8)"});
    }
    writer.EndObject();
    return {buffer.GetString(), buffer.GetSize()};
}

void write(spdlog::level::level_enum level, char const* name, std::string_view event, Fields fields) {
    if (!logger().should_log(level)) return;
    logger().log(level, chosen_format == Format::json ? as_json(event, name, fields) : as_text(event, fields));
}

}  // namespace

void setup(Level level, Format format) {
    chosen_format = format;
    if (format == Format::json) logger().set_pattern("%v");
    switch (level) {
        case Level::debug: logger().set_level(spdlog::level::debug); break;
        case Level::info: logger().set_level(spdlog::level::info); break;
        case Level::warning: logger().set_level(spdlog::level::warn); break;
        case Level::error: logger().set_level(spdlog::level::err); break;
    }
}

void debug(std::string_view event, Fields fields) { write(spdlog::level::debug, "debug", event, fields); }
void info(std::string_view event, Fields fields) { write(spdlog::level::info, "info", event, fields); }
void warning(std::string_view event, Fields fields) { write(spdlog::level::warn, "warning", event, fields); }
void error(std::string_view event, Fields fields) { write(spdlog::level::err, "error", event, fields); }

}  // namespace wescrm::log
