#include <wescrm/tables/read.hpp>
#include <wescrm/tables/write.hpp>

#include <gmock/gmock.h>

#include <zip.h>

namespace wescrm::tables {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Rows = std::vector<Row>;

Result<Rows> rows_in(std::string_view file, Limits const& limits = {}) {
    auto rows = Rows{};
    auto const done = read(file, limits, [&rows](std::int64_t, Row row) {
        rows.push_back(std::move(row));
        return true;
    });
    if (!done) return done.error();
    return rows;
}

std::string refusal(std::string_view file, Limits const& limits = {}) {
    auto const rows = rows_in(file, limits);
    return rows ? "" : rows.error().message;
}

/// A zip archive of these parts, in memory.
std::string archive(std::vector<std::pair<std::string, std::string>> const& parts) {
    auto problem = zip_error_t{};
    auto* source = zip_source_buffer_create(nullptr, 0, 0, &problem);
    zip_source_keep(source);
    auto* made = zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &problem);
    for (auto const& [name, content] : parts)
        zip_file_add(made, name.c_str(), zip_source_buffer(made, content.data(), content.size(), 0), ZIP_FL_ENC_UTF_8);
    zip_close(made);
    zip_source_open(source);
    auto bytes = std::string{};
    auto piece = std::string(65'536, '\0');
    for (auto got = zip_source_read(source, piece.data(), piece.size()); got > 0;
         got = zip_source_read(source, piece.data(), piece.size()))
        bytes.append(piece.data(), static_cast<std::size_t>(got));
    zip_source_close(source);
    zip_source_free(source);
    return bytes;
}

std::string const workbook = R"(<workbook xmlns:r="x"><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>)";
std::string const styles =
    R"(<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>)";

std::string xlsx(std::string const& data, std::string const& shared = "<sst/>") {
    return archive({{"xl/workbook.xml", workbook},
                    {"xl/styles.xml", styles},
                    {"xl/sharedStrings.xml", shared},
                    {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + data + "</sheetData></worksheet>"}});
}

TEST(ACsv, IsReadWithItsQuotes) {
    EXPECT_THAT(rows_in("名称,备注\r\n\"宏达,科技\",\"说:\"\"好\"\"\n第二行\"\r\n\r\n远航,\r\n").value(),
                ElementsAre(Row{"名称", "备注"}, Row{"宏达,科技", "说:\"好\"\n第二行"}, Row{"远航", ""}));
    EXPECT_THAT(rows_in("a;b\n1;2").value(), ElementsAre(Row{"a", "b"}, Row{"1", "2"}));
    EXPECT_THAT(rows_in("a\tb\n1\t2\n").value(), ElementsAre(Row{"a", "b"}, Row{"1", "2"}));
}

TEST(ACsv, IsReadInItsEncoding) {
    EXPECT_THAT(rows_in("\xEF\xBB\xBF\xE5\x90\x8D,b\n").value(), ElementsAre(Row{"名", "b"}));
    EXPECT_THAT(rows_in("\xC3\xFB\xB3\xC6,b\n\xBA\xEA\xB4\xEF,1\n").value(),
                ElementsAre(Row{"名称", "b"}, Row{"宏达", "1"}));
    EXPECT_THAT(rows_in(std::string("\xFF\xFE\x0D\x54,\0b\0\n\0", 10)).value(), ElementsAre(Row{"名", "b"}));
    EXPECT_THAT(refusal("a,b\n\xFF\xFF\xFF,1\n"), HasSubstr("编码"));
    EXPECT_THAT(refusal(std::string("a\0b", 3)), HasSubstr("NUL"));
}

TEST(ACsv, ThatIsBrokenOrTooLargeIsRefusedByRow_I05) {
    EXPECT_THAT(refusal("a,b\n1,\"open\n2,3\n"), HasSubstr("引号"));
    auto limits = Limits{};
    limits.rows = 2;
    limits.columns = 3;
    limits.cell_bytes = 10;
    EXPECT_EQ(rows_in("a\n1\n2\n", limits).value().size(), 3);
    EXPECT_THAT(refusal("a\n1\n2\n3\n", limits), HasSubstr("超过 2 行"));
    EXPECT_THAT(refusal("a\n1,2,3,4\n", limits), HasSubstr("第 2 行超过 3 列"));
    EXPECT_THAT(refusal("a\n12345678901\n", limits), HasSubstr("第 2 行"));
    limits.file_bytes = 4;
    EXPECT_THAT(refusal("a\n1\n2\n", limits), HasSubstr("MB"));
    EXPECT_THAT(refusal(""), HasSubstr("空"));
}

TEST(AnXlsx, IsReadWithDaysNumbersAndTexts) {
    auto const file = xlsx(
        R"(<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>电话</t></is></c></row>)"
        R"(<row r="3"><c r="A3" s="1"><v>46353</v></c><c r="B3" s="2"><v>46353.5</v></c><c r="C3"><v>1.3800138E10</v></c><c r="D3" t="b"><v>1</v></c><c r="E3" t="str"><f>A1&amp;"x"</f><v>值</v></c></row>)",
        R"(<sst><si><r><t>客户</t></r><r><t>名称</t></r><rPh><t>kehu</t></rPh></si></sst>)");
    EXPECT_THAT(rows_in(file).value(), ElementsAre(Row{"客户名称", "", "电话"},
                                                   Row{"2026-11-27", "2026-11-27 12:00", "13800138000", "是", "值"}));
}

TEST(AnXlsx, ThatIsABombOrNoTableIsRefused_I05) {
    auto const row = std::string{R"(<row><c t="inlineStr"><is><t>)"};
    EXPECT_THAT(refusal(xlsx(row + std::string(8'000'000, 'a') + "</t></is></c></row>")), HasSubstr("字节"));
    auto zeros = std::string{};
    for (auto i = 0; i < 400'000; ++i) zeros += "<row></row>";
    EXPECT_THAT(refusal(xlsx(zeros)), HasSubstr("解压后过大"));
    EXPECT_THAT(refusal(archive({{"xl/workbook.xml", "<!DOCTYPE a [<!ENTITY b \"c\">]><workbook>&b;</workbook>"}})),
                HasSubstr("文档类型"));
    EXPECT_THAT(refusal(archive({{"../evil", "x"}, {"xl/workbook.xml", workbook}})), HasSubstr("路径"));
    EXPECT_THAT(refusal(archive({{"xl/vbaProject.bin", "x"}, {"xl/workbook.xml", workbook}})), HasSubstr("宏"));
    EXPECT_THAT(refusal(archive({{"word/document.xml", "x"}})), HasSubstr("损坏"));
    EXPECT_THAT(refusal("PK\x03\x04 no archive"), HasSubstr("损坏"));
    EXPECT_THAT(refusal("\xD0\xCF\x11\xE0 old or encrypted"), HasSubstr("旧版"));
    EXPECT_THAT(refusal(xlsx("<row><c")), HasSubstr("损坏"));
    EXPECT_THAT(refusal(xlsx(R"(<row><c t="s"><v>7</v></c></row>)")), HasSubstr("第 1 行"));
    auto limits = Limits{};
    limits.shared_bytes = 10;
    EXPECT_THAT(refusal(xlsx("", "<sst><si><t>more than ten bytes</t></si></sst>"), limits), HasSubstr("文字过多"));
    limits.columns = 3;
    EXPECT_THAT(refusal(xlsx(R"(<row r="9"><c r="XFD9"><v>1</v></c></row>)"), limits), HasSubstr("第 9 行超过 3 列"));
}

Sheet sheet() {
    return {
        "客户", "王思远 2026-11-27", {{"名称"}, {"金额", 12, true}, {"级别", 12, false, true, "必填", {"高", "低"}}}};
}

TEST(AWrittenTable, IsReadBackAsItWas_I04) {
    auto const rows = Rows{{"=1+1", "-5", "高"}, {"＋甲\"乙,丙\n丁", "12.5", "低"}, {"'=x", "", "'"}};
    for (auto const& writer : {xlsx_writer(sheet()), csv_writer(sheet())}) {
        for (auto const& row : rows) writer->add(row);
        auto const file = writer->finish();
        auto const read_back = rows_in(file);
        ASSERT_TRUE(read_back) << read_back.error().message;
        EXPECT_EQ(read_back->at(0), (Row{"名称", "金额", "级别"}));
        EXPECT_EQ(read_back->at(1), rows[0]);
        EXPECT_EQ(read_back->at(2), rows[1]);
        EXPECT_EQ(read_back->at(3), rows[2]);
    }
}

TEST(AWrittenXlsx, HoldsNoFormulaAndItsOptions_I04) {
    auto const writer = xlsx_writer(sheet());
    writer->add({"=HYPERLINK(\"http://x\")", "", ""});
    auto const file = writer->finish();
    auto problem = zip_error_t{};
    auto* made =
        zip_open_from_source(zip_source_buffer_create(file.data(), file.size(), 0, &problem), ZIP_RDONLY, &problem);
    ASSERT_NE(made, nullptr);
    auto* part = zip_fopen(made, "xl/worksheets/sheet1.xml", 0);
    auto text = std::string(100'000, '\0');
    text.resize(static_cast<std::size_t>(zip_fread(part, text.data(), text.size())));
    zip_fclose(part);
    zip_discard(made);
    EXPECT_THAT(text, testing::Not(HasSubstr("<f>")));
    EXPECT_THAT(text, HasSubstr("高,低"));
}

TEST(AWriter, ThatIsNotFinishedLeavesNothing) { EXPECT_NE(xlsx_writer(sheet()), nullptr); }

}  // namespace
}  // namespace wescrm::tables
