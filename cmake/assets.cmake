# The front-end parts that pages load from our own server: fetched once by their lock file, copied and compressed.
find_program(NPM npm REQUIRED)
set(WESCRM_VENDOR_FOLDER ${PROJECT_BINARY_DIR}/vendor)
set(assets_source ${PROJECT_SOURCE_DIR}/templates/vendor)
set(assets_work ${PROJECT_BINARY_DIR}/vendor-npm)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${assets_source}/package-lock.json)
file(SHA256 ${assets_source}/package-lock.json assets_lock)
if(NOT EXISTS ${WESCRM_VENDOR_FOLDER}/.made-${assets_lock})
  file(REMOVE_RECURSE ${WESCRM_VENDOR_FOLDER})
  file(COPY ${assets_source}/package.json ${assets_source}/package-lock.json ${assets_source}/.npmrc DESTINATION ${assets_work})
  execute_process(COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund WORKING_DIRECTORY ${assets_work}
                  OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  file(COPY ${assets_work}/node_modules/htmx.org/dist/htmx.min.js ${assets_work}/node_modules/weui/dist/style/weui.min.css
       DESTINATION ${WESCRM_VENDOR_FOLDER})
  file(COPY_FILE ${assets_work}/node_modules/@vant/area-data/dist/index.js ${WESCRM_VENDOR_FOLDER}/area-data.js)
  execute_process(COMMAND gzip -9kfn area-data.js htmx.min.js weui.min.css WORKING_DIRECTORY ${WESCRM_VENDOR_FOLDER} COMMAND_ERROR_IS_FATAL ANY)
  file(TOUCH ${WESCRM_VENDOR_FOLDER}/.made-${assets_lock})
endif()
