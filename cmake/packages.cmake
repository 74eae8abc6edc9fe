# What Debian 12 supplies. deploy/packages lists the package names.
find_package(Boost 1.81 REQUIRED COMPONENTS url)
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
find_package(PostgreSQL REQUIRED) # the folder of libpq-fe.h, which soci-postgresql.h needs
find_package(tinyxml2 REQUIRED)
find_package(spdlog REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ICU REQUIRED IMPORTED_TARGET icu-uc icu-i18n)
pkg_check_modules(ZIP REQUIRED IMPORTED_TARGET libzip)
find_package(EXPAT REQUIRED)
pkg_check_modules(CTEMPLATE REQUIRED IMPORTED_TARGET libctemplate)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(CLI11 REQUIRED)

# RapidJSON 1.1.0 defines GenericStringRef::operator= over a const member, which clang 19 refuses even unused (upstream
# removed the function): the build uses a copy of the headers without that line. RAPIDJSON_ASSERT is set in
# wescrm/base/json.hpp, which everybody includes instead of RapidJSON's own headers.
find_path(RAPIDJSON_INCLUDE rapidjson/document.h REQUIRED)
set(RAPIDJSON_COPY ${PROJECT_BINARY_DIR}/rapidjson)
if(NOT EXISTS ${RAPIDJSON_COPY}/rapidjson/document.h)
  file(COPY ${RAPIDJSON_INCLUDE}/rapidjson DESTINATION ${RAPIDJSON_COPY})
  file(READ ${RAPIDJSON_COPY}/rapidjson/document.h RAPIDJSON_DOCUMENT)
  string(REPLACE "GenericStringRef& operator=(const GenericStringRef& rhs) { s = rhs.s; length = rhs.length; }" ""
    RAPIDJSON_DOCUMENT "${RAPIDJSON_DOCUMENT}")
  file(WRITE ${RAPIDJSON_COPY}/rapidjson/document.h "${RAPIDJSON_DOCUMENT}")
endif()
add_library(wescrm_rapidjson INTERFACE)
add_library(wescrm::rapidjson ALIAS wescrm_rapidjson)
target_include_directories(wescrm_rapidjson SYSTEM INTERFACE ${RAPIDJSON_COPY})

# Debian's SOCI has neither a CMake package nor a pkg-config file.
find_path(SOCI_INCLUDE soci/soci.h REQUIRED)
find_library(SOCI_CORE soci_core REQUIRED)
find_library(SOCI_POSTGRESQL soci_postgresql REQUIRED)
add_library(wescrm_soci INTERFACE)
add_library(wescrm::soci ALIAS wescrm_soci)
target_include_directories(wescrm_soci SYSTEM INTERFACE ${SOCI_INCLUDE})
target_link_libraries(wescrm_soci INTERFACE ${SOCI_POSTGRESQL} ${SOCI_CORE} PostgreSQL::PostgreSQL)

# Debian's date library (time zones; libstdc++ 12 has none) has a CMake package of varying name: link it by name.
find_path(DATE_INCLUDE date/tz.h REQUIRED)
find_library(DATE_TZ date-tz REQUIRED)
add_library(wescrm_date INTERFACE)
add_library(wescrm::date ALIAS wescrm_date)
target_include_directories(wescrm_date SYSTEM INTERFACE ${DATE_INCLUDE})
target_link_libraries(wescrm_date INTERFACE ${DATE_TZ})

# Debian's libxlsxwriter and libcsv come without a CMake package (and the latter without a pkg-config file).
find_path(TABLES_INCLUDE xlsxwriter.h REQUIRED)
find_path(CSV_INCLUDE csv.h REQUIRED)
find_library(XLSXWRITER xlsxwriter REQUIRED)
find_library(CSV csv REQUIRED)
add_library(wescrm_table_files INTERFACE)
add_library(wescrm::table_files ALIAS wescrm_table_files)
target_include_directories(wescrm_table_files SYSTEM INTERFACE ${TABLES_INCLUDE} ${CSV_INCLUDE})
target_link_libraries(wescrm_table_files INTERFACE ${XLSXWRITER} ${CSV} PkgConfig::ZIP EXPAT::EXPAT PkgConfig::ICU)
