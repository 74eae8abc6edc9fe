#include "csv_reader.hpp"
#include "encodings.hpp"
#include "xlsx_reader.hpp"

#include <wescrm/tables/read.hpp>

namespace wescrm::tables {

Result<void> read(std::string_view file, Limits const& limits, EachRow const& each) {
    if (file.empty()) return bad_file("文件是空的");
    if (file.size() > limits.file_bytes)
        return bad_file("文件超过 " + std::to_string(limits.file_bytes / (1024 * 1024)) + " MB，请拆分后再导入");
    if (file.starts_with("\xD0\xCF\x11\xE0"))
        return bad_file("这是旧版 .xls、带密码或受保护的文件，请另存为不加密的 .xlsx 再上传");
    return file.starts_with("PK") ? read_xlsx(file, limits, each) : read_csv(file, limits, each);
}

}  // namespace wescrm::tables
