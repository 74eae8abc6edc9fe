#include <wescrm/base/json.hpp>
#include <wescrm/base/text.hpp>
// json.hpp comes first: it configures the library.
#include <rapidjson/error/en.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <vector>

namespace wescrm::json {
namespace {

constexpr unsigned strict = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
constexpr unsigned relaxed = strict | rapidjson::kParseCommentsFlag;

// Hands events on to the document while it counts depth, values and string lengths, and refuses a name given twice.
class Guard {
public:
    Guard(Document& document, Limits const& limits) : document_{document}, limits_{limits} {}

    bool Null() { return count() && document_.Null(); }
    bool Bool(bool v) { return count() && document_.Bool(v); }
    bool Int(int v) { return count() && document_.Int(v); }
    bool Uint(unsigned v) { return count() && document_.Uint(v); }
    bool Int64(std::int64_t v) { return count() && document_.Int64(v); }
    bool Uint64(std::uint64_t v) { return count() && document_.Uint64(v); }
    bool Double(double v) { return count() && document_.Double(v); }
    bool RawNumber(char const* v, unsigned n, bool copy) { return count() && document_.RawNumber(v, n, copy); }
    bool String(char const* v, unsigned n, bool copy) {
        return count() && fits(n) && is_text({v, n}) && document_.String(v, n, copy);
    }
    bool StartObject() { return enter() && document_.StartObject(); }
    bool Key(char const* v, unsigned n, bool copy) {
        auto& names = names_.back();
        auto const name = std::string{v, n};
        auto const at = std::lower_bound(names.begin(), names.end(), name);
        if (at != names.end() && *at == name) return refuse("同一个名字出现了两次");
        names.insert(at, name);
        return fits(n) && is_text({v, n}) && document_.Key(v, n, copy);
    }
    bool EndObject(unsigned n) { return leave() && document_.EndObject(n); }
    bool StartArray() { return enter() && document_.StartArray(); }
    bool EndArray(unsigned n) { return leave() && document_.EndArray(n); }

    [[nodiscard]] char const* reason() const { return reason_; }

private:
    bool refuse(char const* reason) {
        reason_ = reason;
        return false;
    }
    bool count() { return ++values_ <= limits_.values || refuse("内容太多"); }
    bool fits(std::size_t bytes) { return bytes <= limits_.string_bytes || refuse("文字太长"); }
    // The library checks raw bytes, but lets the second half of a surrogate pair stand alone as an escape.
    bool is_text(std::string_view value) { return text::is_valid_utf8(value) || refuse("不是有效的 UTF-8 文字"); }
    bool enter() {
        names_.emplace_back();
        return count() && (names_.size() <= limits_.depth || refuse("嵌套太深"));
    }
    bool leave() {
        names_.pop_back();
        return true;
    }

    Document& document_;
    Limits const& limits_;
    std::size_t values_ = 0;
    std::vector<std::vector<std::string>> names_;
    char const* reason_ = nullptr;
};

// Document's own handler functions are private to Populate(): a generator that runs the guarded parse inside it.
struct GuardedParse {
    std::string_view text;
    Limits const& limits;
    Document& document;
    rapidjson::ParseResult result{};
    char const* reason = nullptr;

    bool operator()(Document&) {
        auto guard = Guard{document, limits};
        auto reader = rapidjson::Reader{};
        auto stream = rapidjson::MemoryStream{text.data(), text.size()};
        result = limits.comments ? reader.Parse<relaxed>(stream, guard) : reader.Parse<strict>(stream, guard);
        reason = guard.reason();
        return !result.IsError();
    }
};

}  // namespace

Result<Document> parse(std::string_view text, Limits const& limits) {
    auto document = Document{};
    auto parse = GuardedParse{text, limits, document};
    document.Populate(parse);
    if (parse.result.IsError()) {
        auto const why =
            parse.reason ? std::string{parse.reason} : std::string{rapidjson::GetParseError_En(parse.result.Code())};
        return Error{Errc::invalid_input, "json",
                     "JSON 第 " + std::to_string(parse.result.Offset()) + " 字节处有误：" + why};
    }
    return document;
}

std::string write(Value const& value) {
    auto buffer = Buffer{};
    auto writer = Writer{buffer};
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

std::string write_pretty(Value const& value) {
    auto buffer = Buffer{};
    auto writer = rapidjson::PrettyWriter<Buffer>{buffer};
    writer.SetIndent(' ', 2);
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

Value const* find(Value const& object, std::string_view name) {
    if (!object.IsObject()) return nullptr;
    auto const key = Value{rapidjson::StringRef(name.data(), name.size())};
    auto const member = object.FindMember(key);
    return member == object.MemberEnd() ? nullptr : &member->value;
}

std::optional<std::string> find_string(Value const& object, std::string_view name) {
    auto const* value = find(object, name);
    if (!value || !value->IsString()) return std::nullopt;
    return std::string{view(*value)};
}

std::optional<std::int64_t> find_integer(Value const& object, std::string_view name) {
    auto const* value = find(object, name);
    if (!value || !value->IsInt64()) return std::nullopt;
    return value->GetInt64();
}

std::optional<bool> find_bool(Value const& object, std::string_view name) {
    auto const* value = find(object, name);
    if (!value || !value->IsBool()) return std::nullopt;
    return value->GetBool();
}

Value make_string(std::string_view text, Allocator& allocator) {
    if (text.empty()) return Value{"", 0};  // an empty view may point nowhere
    return Value{text.data(), static_cast<rapidjson::SizeType>(text.size()), allocator};
}

void set(Value& object, std::string_view name, Value value, Allocator& allocator) {
    auto const key = Value{rapidjson::StringRef(name.data(), name.size())};
    auto const member = object.FindMember(key);
    if (member != object.MemberEnd())
        member->value = std::move(value);
    else
        object.AddMember(make_string(name, allocator), std::move(value), allocator);
}

void set(Value& object, std::string_view name, std::string_view value, Allocator& allocator) {
    set(object, name, make_string(value, allocator), allocator);
}

}  // namespace wescrm::json
