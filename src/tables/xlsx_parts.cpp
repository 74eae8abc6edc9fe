#include "xlsx_parts.hpp"

#include "encodings.hpp"

#include <expat.h>
#include <zip.h>

namespace wescrm::tables {
namespace {

constexpr std::size_t unpacked_bytes = 64 * 1024;
constexpr std::size_t small_part = 1024 * 1024;  // whose ratio does not matter
constexpr zip_int64_t most_entries = 2'000;
constexpr int deepest = 64;

Error damaged() { return bad_file("文件已损坏或不是有效的 xlsx，请用 Excel 或 WPS 另存后再上传"); }

std::string_view local_name(char const* qualified) {
    auto const name = std::string_view{qualified};
    auto const colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// One part under way through expat.
struct Parsing {
    PartEvents const& events;
    XML_Parser parser;
    int depth = 0;
    bool is_suspicious = false;

    void stop() { XML_StopParser(parser, XML_FALSE); }
};

void XMLCALL on_begin(void* data, XML_Char const* name, XML_Char const** attributes) {
    auto& parsing = *static_cast<Parsing*>(data);
    if (++parsing.depth > deepest) {
        parsing.is_suspicious = true;
        return parsing.stop();
    }
    auto found = PartEvents::Attributes{};
    for (auto i = std::size_t{0}; attributes[i]; i += 2) found.emplace(local_name(attributes[i]), attributes[i + 1]);
    parsing.events.begin(local_name(name), found);
}
void XMLCALL on_end(void* data, XML_Char const* name) {
    auto& parsing = *static_cast<Parsing*>(data);
    --parsing.depth;
    parsing.events.end(local_name(name));
    if (parsing.events.is_over()) parsing.stop();
}
void XMLCALL on_text(void* data, XML_Char const* text, int size) {
    static_cast<Parsing*>(data)->events.text({text, static_cast<std::size_t>(size)});
}
// A spreadsheet has no document type; entities are how small files grow large.
void XMLCALL on_doctype(void* data, XML_Char const*, XML_Char const*, XML_Char const*, int) {
    auto& parsing = *static_cast<Parsing*>(data);
    parsing.is_suspicious = true;
    parsing.stop();
}

using ExpatParser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)>;
using Entry = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

}  // namespace

void Parts::Close::operator()(zip* archive) const noexcept { zip_discard(archive); }

Result<Parts> Parts::open(std::string_view file, Limits const& limits) {
    auto problem = zip_error_t{};
    auto* source = zip_source_buffer_create(file.data(), file.size(), 0, &problem);
    if (!source) return damaged();
    auto archive = std::unique_ptr<zip, Close>{zip_open_from_source(source, ZIP_RDONLY, &problem)};
    if (!archive) {
        zip_source_free(source);
        return damaged();
    }
    auto parts = Parts{std::move(archive), limits};
    if (auto const good = parts.check(); !good) return good.error();
    return parts;
}

Result<void> Parts::check() const {
    auto const count = zip_get_num_entries(archive_.get(), 0);
    if (count > most_entries) return bad_file("文件里的内容过多，不是普通的表格");
    for (auto i = zip_int64_t{0}; i < count; ++i) {
        auto about = zip_stat_t{};
        if (zip_stat_index(archive_.get(), static_cast<zip_uint64_t>(i), 0, &about) != 0) return damaged();
        auto const name = std::string_view{about.name};
        if (name.starts_with('/') || name.find("..") != std::string_view::npos)
            return bad_file("文件里有可疑的路径，不能导入");
        if (name.find("vbaProject") != std::string_view::npos)
            return bad_file("文件含有宏，请另存为不带宏的 .xlsx 再上传");
        if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) && about.encryption_method != ZIP_EM_NONE)
            return bad_file("文件有密码，请去掉密码后再上传");
    }
    return {};
}

bool Parts::has(std::string const& name) const { return zip_name_locate(archive_.get(), name.c_str(), 0) >= 0; }

Result<void> Parts::parse(std::string const& name, PartEvents const& events) {
    auto about = zip_stat_t{};
    if (zip_stat(archive_.get(), name.c_str(), 0, &about) != 0) return damaged();
    auto const entry = Entry{zip_fopen(archive_.get(), name.c_str(), 0), &zip_fclose};
    if (!entry) return damaged();
    auto const parser = ExpatParser{XML_ParserCreate(nullptr), &XML_ParserFree};
    auto parsing = Parsing{events, parser.get()};
    XML_SetUserData(parser.get(), &parsing);
    XML_SetElementHandler(parser.get(), on_begin, on_end);
    XML_SetCharacterDataHandler(parser.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
    auto unpacked = std::size_t{0};
    auto piece = std::string(unpacked_bytes, '\0');
    while (true) {
        auto const got = zip_fread(entry.get(), piece.data(), piece.size());
        if (got < 0) return damaged();
        unpacked += static_cast<std::size_t>(got);
        // What the archive says about its sizes is not believed: what comes out counts.
        if (unpacked > limits_->unpacked_bytes ||
            (unpacked > small_part && unpacked / limits_->ratio > about.comp_size))
            return bad_file("文件解压后过大，不能导入");
        auto const status = XML_Parse(parser.get(), piece.data(), static_cast<int>(got), got == 0 ? 1 : 0);
        if (parsing.is_suspicious) return bad_file("文件里有可疑的内容（文档类型声明），不能导入");
        if (events.is_over()) return {};
        if (status != XML_STATUS_OK) return damaged();
        if (got == 0) return {};
    }
}

}  // namespace wescrm::tables
