#pragma once
#include <wescrm/tables/read.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct zip;

namespace wescrm::tables {

/// What a part of an xlsx tells while it is parsed; names come without their namespace's prefix.
struct PartEvents {
    using Attributes = std::map<std::string, std::string, std::less<>>;
    std::function<void(std::string_view element, Attributes const&)> begin;
    std::function<void(std::string_view element)> end = [](std::string_view) {};
    std::function<void(std::string_view)> text = [](std::string_view) {};
    std::function<bool()> is_over = [] { return false; };  ///< the rest need not be read
};

/// The zip archive that an xlsx is. Parts are unpacked and parsed piece by piece.
class Parts {
public:
    /// `file` outlives this. invalid_input "file" if it is no xlsx, is encrypted or holds suspicious entries.
    [[nodiscard]] static Result<Parts> open(std::string_view file, Limits const& limits);

    [[nodiscard]] bool has(std::string const& name) const;
    /// invalid_input "file": damaged, no XML, a document type, or beyond the limits.
    Result<void> parse(std::string const& name, PartEvents const& events);

private:
    struct Close {
        void operator()(zip* archive) const noexcept;
    };
    Parts(std::unique_ptr<zip, Close> archive, Limits const& limits) : archive_{std::move(archive)}, limits_{&limits} {}
    [[nodiscard]] Result<void> check() const;

    std::unique_ptr<zip, Close> archive_;
    Limits const* limits_;
};

}  // namespace wescrm::tables
