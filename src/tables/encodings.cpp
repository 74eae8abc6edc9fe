#include "encodings.hpp"

#include <wescrm/base/text.hpp>

#include <unicode/ucnv.h>

#include <memory>

namespace wescrm::tables {
namespace {

Error unreadable() { return bad_file("文件的文字编码无法识别，请另存为 UTF-8 或 GBK 编码的 CSV，或 xlsx"); }

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

// Strict: a byte that the encoding does not know refuses the file.
Result<std::string> converted(std::string_view file, char const* encoding) {
    auto status = U_ZERO_ERROR;
    auto const from = Converter{ucnv_open(encoding, &status), &ucnv_close};
    auto const to = Converter{ucnv_open("UTF-8", &status), &ucnv_close};
    if (U_FAILURE(status)) return unreadable();
    ucnv_setToUCallBack(from.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    auto text = std::string{};
    auto piece = std::string(64 * 1024, '\0');
    auto const* source = file.data();
    auto const* const end = file.data() + file.size();
    auto middle = std::u16string(16 * 1024, u'\0');
    auto* pivot_source = middle.data();
    auto* pivot_target = middle.data();
    do {
        auto* target = piece.data();
        status = U_ZERO_ERROR;
        ucnv_convertEx(to.get(), from.get(), &target, piece.data() + piece.size(), &source, end, middle.data(),
                       &pivot_source, &pivot_target, middle.data() + middle.size(), 0, 1, &status);
        text.append(piece.data(), target);
    } while (status == U_BUFFER_OVERFLOW_ERROR);
    if (U_FAILURE(status)) return unreadable();
    return text;
}

}  // namespace

Result<std::string> to_utf8(std::string_view file) {
    if (file.starts_with("\xEF\xBB\xBF")) {
        file.remove_prefix(3);
        return text::is_valid_utf8(file) ? Result<std::string>{std::string{file}} : unreadable();
    }
    if (file.starts_with("\xFF\xFE")) return converted(file.substr(2), "UTF-16LE");
    if (file.starts_with("\xFE\xFF")) return converted(file.substr(2), "UTF-16BE");
    if (file.find('\0') != std::string_view::npos)
        return bad_file("文件里有不属于表格的字符（NUL），请用 xlsx 或 CSV 文件");
    if (text::is_valid_utf8(file)) return std::string{file};
    return converted(file, "gb18030");
}

}  // namespace wescrm::tables
