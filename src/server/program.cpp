#include "program.hpp"

#include <wescrm/base/json.hpp>
#include <wescrm/base/text.hpp>

#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <unistd.h>

namespace wescrm::server {
namespace {

Error no_state(std::string const& path) {
    return {Errc::unavailable, "state_folder",
            "cannot write " + path + ": make the folder of state.folder writable for this user"};
}

// Made under another name and linked, so that of two processes that start together both use the same key.
bool make_key_file(std::string const& path) {
    auto const draft = path + "." + std::to_string(::getpid());
    auto const file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return false;
    auto const text = to_base64(random_bytes(32)) + "\n";
    auto const is_written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    ::close(file);
    auto const is_there = is_written && (::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
    ::unlink(draft.c_str());
    return is_there;
}

}  // namespace

Result<Sealer> load_sealer(Config const& config) {
    auto text = config.master_key;
    if (text.empty()) {
        auto const path = config.state_folder + "/master.key";
        auto ignored = std::error_code{};
        std::filesystem::create_directories(config.state_folder, ignored);
        if (!std::filesystem::exists(path, ignored) && !make_key_file(path)) return no_state(path);
        auto stream = std::ifstream{path};
        if (!stream) return no_state(path);
        text = std::string{std::istreambuf_iterator<char>{stream}, {}};
    }
    auto key = from_base64(text::trim(text));
    if (!key) return Error{Errc::invalid_input, "configuration", "security.master_key: expected base64 of 32 bytes"};
    return Sealer::with_key(std::move(*key));
}

Result<Sealer const*> Program::sealer() {
    if (!sealer_) {
        auto loaded = load_sealer(config);
        if (!loaded) return loaded.error();
        sealer_ = std::make_unique<Sealer>(std::move(*loaded));
    }
    return sealer_.get();
}

Result<database::Database*> Program::database() {
    if (config.database.url.empty())
        return Error{Errc::invalid_input, "configuration",
                     "database.url is empty: set it (WESCRM_DATABASE_URL), or use ./deploy/run, which starts a private "
                     "PostgreSQL"};
    if (!database_) {
        auto own = config.database;
        own.intake.connections = own.web.connections = 1;
        own.worker.connections = own.report.connections = 2;  // the demo company is written by two threads
        own.worker.statement = own.worker.wait = std::chrono::minutes{10};  // on a slow machine as well
        database_ = std::make_unique<database::Database>(own);
    }
    return database_.get();
}

int report(Program const& program, Error const& error) {
    auto const message = error.message.empty() ? std::string{name_of(error.code)} + " " + error.reason : error.message;
    if (program.is_json) {
        auto document = json::Document{rapidjson::kObjectType};
        json::set(document, "error", error.reason, document.GetAllocator());
        json::set(document, "message", message, document.GetAllocator());
        std::cerr << json::write(document) << "\n";
    } else {
        std::cerr << "wescrm: " << message << "\n";
        for (auto const& field : error.fields) std::cerr << "  " << field.field << ": " << field.message << "\n";
    }
    return error.reason == "configuration" ? usage : failed;
}

}  // namespace wescrm::server
